// How long each suite took, in words.

export interface Time { name: string; ms: number }

const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** A line for each, the slowest first. */
export function timesOf(times: Time[]): string[] {
  const longest = Math.max(...times.map(({ name }) => name.length));
  return [...times].sort((a, b) => b.ms - a.ms)
    .map(({ name, ms }) => `${name.padEnd(longest)}  ${seconds(ms).padStart(6)} s`);
}
