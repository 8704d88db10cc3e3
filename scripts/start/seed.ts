// Where the operator of npm start has its keys from: a seed at random, kept for the next start.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The seed in this file, made at the first start; nobody but this user can read it. */
export async function keptSeed(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept) return kept;
  const seed = randomBytes(32).toString('base64url');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, seed, { mode: 0o600 });
  return seed;
}
