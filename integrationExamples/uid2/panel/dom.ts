// Makes elements; text always goes in as text, never as HTML.

type Child = Node | string | false | null | undefined;
type Props = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

/** An element with attributes, listeners (onclick, onsubmit, …) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

const shown = new WeakMap<Element, string>();

/** Fills a place anew only when `key` has changed, so that scroll positions, focus and selections survive. */
export function fill(place: Element, key: unknown, make: () => Child[]): void {
  const text = JSON.stringify(key) ?? '';
  if (shown.get(place) === text) return;
  shown.set(place, text);
  place.replaceChildren(...make().filter((child): child is Node | string => !!child));
}

const ABOVE_MARK = 80;

/** A code box in which every occurrence of `highlight` is marked, scrolled to the first. */
export function code(text: string, highlight?: string | null): HTMLElement {
  const parts = highlight ? text.split(highlight) : [text];
  const box = h('pre', { tabindex: 0 }, ...parts.flatMap((part, i) => i && highlight ? [h('mark', {}, highlight), part] : [part]));
  requestAnimationFrame(() => {
    box.scrollTop = (box.querySelector('mark')?.offsetTop ?? 0) - box.offsetTop - ABOVE_MARK;
  });
  return box;
}
