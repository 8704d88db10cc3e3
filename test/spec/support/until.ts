// Waiting for a condition; the runner's timeout is the limit.

const later = window.setTimeout.bind(window);

/** Checks until the condition holds. */
export async function until<T>(condition: () => T | Promise<T>): Promise<T> {
  for (;;) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => later(resolve, 2));
  }
}
