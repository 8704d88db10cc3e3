// Keeps the focus where it was while the page loads again, for those who use a keyboard.

const KEY = 'focus';

/** The element with this id has the focus after the page has loaded again. */
export function keepFocus(id: string): void {
  try {
    sessionStorage.setItem(KEY, id);
  } catch {}
}

/** Call it once the page is drawn. */
export function restoreFocus(): void {
  try {
    document.getElementById(sessionStorage.getItem(KEY) ?? '')?.focus({ preventScroll: true });
    sessionStorage.removeItem(KEY);
  } catch {}
}
