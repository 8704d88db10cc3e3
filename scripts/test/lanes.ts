// Works tasks off side by side.

/** Does all of these, so many at a time; each begins in its turn. */
export async function inLanes<T>(lanes: number, tasks: (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const left = [...tasks.entries()];
  async function lane(): Promise<void> {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await next[1]();
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
