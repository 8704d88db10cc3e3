// Divides test files into parts that take about as long.
import fs from 'node:fs';
import path from 'node:path';

export interface File { name: string; size: number }

/** So many groups of names: each file, the largest first, goes to the group that has least. */
export function partsOf(files: File[], count: number): string[][] {
  const parts = Array.from({ length: count }, () => ({ size: 0, names: [] as string[] }));
  for (const { name, size } of [...files].sort((a, b) => b.size - a.size || a.name.localeCompare(b.name))) {
    const least = parts.reduce((a, b) => (b.size < a.size ? b : a));
    least.names.push(name);
    least.size += size;
  }
  return parts.map(({ names }) => names.sort());
}

/** The test files of a folder, with their sizes in bytes; `folder` is relative to `root`, and so are the names. */
export function testsIn(root: string, folder: string): File[] {
  return fs.readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`).map((name) => ({ name, size: fs.statSync(path.join(root, name)).size }));
}
