// Prebid's feature flags: code behind a disabled one is not in the bundle.
import path from 'node:path';
import { type Layout, readJson } from './layout.ts';
import { hint } from './nearest.ts';
import { problem } from './problem.ts';

/** Every feature and whether it is on; throws one line naming an unknown one. */
export function featureMap(layout: Layout, disable: string[] = [], enable: string[] = []): Record<string, boolean> {
  const known = readJson<string[]>(path.join(layout.prebid, 'features.json')) ?? [];
  const upper = (names: string[]) => names.map((name) => name.trim().toUpperCase()).filter(Boolean);
  for (const name of [...upper(disable), ...upper(enable)]) {
    if (!known.includes(name)) throw problem(`unknown feature: ${name}${hint(name, known)}`);
  }
  // GREEDY runs promise callbacks synchronously: Prebid's releases are built without it
  const off = new Set(['GREEDY', ...upper(disable)].filter((name) => !upper(enable).includes(name)));
  return Object.fromEntries(known.map((name) => [name, !off.has(name)]));
}
