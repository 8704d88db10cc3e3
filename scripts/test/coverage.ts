// Which lines of the sources that publishers ship no test has run.
import fs from 'node:fs';
import path from 'node:path';

type Place = { start: { line: number } };
type Covered = { path: string; statementMap: Record<string, Place>; s: Record<string, number> };

/** Lines of a file that hold statements, and those of them that never ran. */
export interface FileCoverage { file: string; lines: number; missed: number[] }

function coverageOf(file: string, { statementMap, s }: Covered): FileCoverage {
  const runs = new Map<number, number>();
  for (const [id, { start: { line } }] of Object.entries(statementMap)) runs.set(line, Math.max(runs.get(line) ?? 0, s[id]));
  return { file, lines: runs.size, missed: [...runs].filter(([, count]) => count === 0).map(([line]) => line).sort((a, b) => a - b) };
}

const sourcesIn = (root: string, folder: string): string[] =>
  fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts')).map((name) => path.join(folder, name)).sort();

/** Every source in these folders with its coverage, from the JSON that istanbul wrote; one that no test loads has missed all. */
export function readCoverage(root: string, json: string, folders: string[]): FileCoverage[] {
  const covered = new Map((Object.values(JSON.parse(fs.readFileSync(json, 'utf8'))) as Covered[])
    .map((entry) => [path.relative(root, path.resolve(root, entry.path)), entry]));
  return folders.flatMap((folder) => sourcesIn(root, folder)).map((file) => {
    const entry = covered.get(file);
    if (entry) return coverageOf(file, entry);
    const lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n').length;
    return { file, lines, missed: Array.from({ length: lines }, (_, i) => i + 1) };
  });
}

/** The share of lines that ran, in percent. */
export function percentOf(files: FileCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return lines === 0 ? 100 : 100 * (lines - missed) / lines;
}
