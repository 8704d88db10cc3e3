// A small project to lie over Prebid, and places to write to.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(__dirname, '../..');

/** A new empty directory, and how to remove it. */
export function scratch(): { directory: string; remove: () => void } {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'prebid-build-'));
  return { directory, remove: () => fs.rmSync(directory, { recursive: true, force: true }) };
}

/** The files of a folder of this project, by their names relative to it, sorted. */
export const filesIn = (folder: string): string[] =>
  fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`).sort();

/** Writes files by relative name, making their directories. */
export function write(directory: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), text);
  }
}

/** A uid2IdSystem that shows in the bundle which parts of it got there, and the library it uses. */
export const OVERLAY = {
  'modules/uid2IdSystem.ts': `
import { submodule } from '../src/hook.js';
import { getGlobal } from '../src/prebidGlobal.js';
import { logInfo } from '../src/utils.js';
import type { IdProviderSpec } from './userId/spec.ts';
import { answer } from '../libraries/uid2Session/answer.js';

logInfo('a line that only debugging needs');
(getGlobal() as any).overlay = { answer, generation: FEATURES.UID2_CSTG && 'client-side generation' };
submodule('userId', { name: 'uid2', getId: () => ({ id: 'overlaid' }), decode: (id) => ({ uid2: { id } }) } as IdProviderSpec<'uid2'>);
`,
  'libraries/uid2Session/answer.ts': `
export const answer: string = 'from the overlay';
export function fails(): never { throw new Error('thrown in the overlay'); }
(globalThis as any).fails = fails;
`
};
