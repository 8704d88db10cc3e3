// Waiting for a condition.
import { setTimeout } from 'node:timers/promises';

const PATIENCE = 60_000;

/** Checks until the condition holds; rejects after a minute, saying what did not come. */
export async function until<T>(what: string, condition: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const value = await condition();
    if (value) return value;
    await setTimeout(10);
  }
  throw new Error(`it never came: ${what}`);
}
