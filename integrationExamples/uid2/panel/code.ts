// Boxes of code, and buttons that copy.
import { html, nothing } from 'lit';
import { ref } from 'lit/directives/ref.js';

const ABOVE_MARK = 80;
const shown = new WeakMap<Element, string | undefined>();

// To the marked text, when that is another.
function scrollTo(box: Element | undefined, mark: string | undefined): void {
  if (!box || shown.get(box) === mark) return;
  shown.set(box, mark);
  requestAnimationFrame(() => {
    const found = box.querySelector('mark');
    if (found) box.scrollTop = found.offsetTop - (box as HTMLElement).offsetTop - ABOVE_MARK;
  });
}

/** Text in a box that scrolls; every occurrence of `mark` is marked. */
export function code(text: string, { mark, label, id }: { mark?: string; label: string; id?: string }) {
  const parts = mark ? text.split(mark) : [text];
  return html`<pre id=${id ?? nothing} tabindex="0" role="region" aria-label=${label} ${ref((box) => scrollTo(box, mark))}>${parts.map((part, i) => html`${i ? html`<mark>${mark}</mark>` : nothing}${part}`)}</pre>`;
}

/** Puts text on the clipboard; where a page may not, it throws an Error of one line. */
export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text).catch(() => { throw new Error('This browser does not let the page copy. Mark the text below instead.'); });
}
