// Minifies each chunk once: bundles have most of their chunks in common.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { terserMinify, type MinimizedResult } from 'terser-webpack-plugin';
import { projectRoot } from './layout.ts';

const KEPT = path.join(projectRoot, 'build/cache/minified');

async function read(file: string): Promise<MinimizedResult | undefined> {
  try {
    return JSON.parse(await fs.promises.readFile(file, 'utf8'));
  } catch {
    // not there yet
    return undefined;
  }
}

// by its name at the end only, so that nobody reads half of it
async function keep(file: string, { code, map }: MinimizedResult): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await fs.promises.mkdir(KEPT, { recursive: true });
  await fs.promises.writeFile(unfinished, JSON.stringify({ code, map }));
  await fs.promises.rename(unfinished, file);
}

/** Terser, for terser-webpack-plugin: what it makes of a chunk is kept on disk, under what it was made of. */
async function minify(...given: Parameters<typeof terserMinify>): Promise<MinimizedResult> {
  const key = createHash('sha256').update(JSON.stringify([terserMinify.getMinimizerVersion(), given])).digest('hex').slice(0, 32);
  const file = path.join(KEPT, `${key}.json`);
  const kept = await read(file);
  if (kept) return kept;
  const made = await terserMinify(...given);
  if (!made.errors?.length && !made.warnings?.length) await keep(file, made);
  return made;
}

// not in a worker, which is sent functions as text
export const minifyOnce = Object.assign(minify, { getMinimizerVersion: terserMinify.getMinimizerVersion, supportsWorker: () => false });
