// Puts our files into a source checkout of Prebid, keeps what was there in a file beside them, and puts it back.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Files, filesAt, filesFor, SPEC } from './files.ts';

/** Why nothing was done, in a line. */
export class Refusal extends Error {}

export interface Done {
  /** Prebid's. */
  version: string;
  written: string[];
  removed: string[];
  /** The file that uninstall needs, if there is one now. */
  record?: string;
}

interface Entry {
  /** The text before; null if there was no file. */
  before: string | null;
  /** The hash of what we wrote; null if we removed it. */
  after: string | null;
}

const RECORD = '.prebid-uid2.json';
const OF_PREBID = ['package.json', 'modules/.submodules.json', 'modules/userId', 'src', 'libraries'];

const packageRoot = path.resolve(__dirname, '../..');
const hashOf = (text: string | undefined) => (text === undefined ? null : crypto.createHash('sha256').update(text).digest('hex'));

function versionOf(folder: string): string {
  const missing = OF_PREBID.find((name) => !fs.existsSync(path.join(folder, name)));
  if (missing) throw new Refusal(`${folder} is no source checkout of Prebid.js: it has no ${missing}.`);
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}

function recordIn(folder: string): Map<string, Entry> | undefined {
  const file = path.join(folder, RECORD);
  return fs.existsSync(file) ? new Map(Object.entries(JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, Entry>)) : undefined;
}

// of these files; none where there is no git, or no repository
function uncommitted(folder: string, names: string[]): string[] {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '-z', '--untracked-files=all', '--', ...names], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) return [];
  const changed = stdout.split('\0').map((line) => line.slice(3));
  return names.filter((name) => changed.some((file) => file === name || file.endsWith(`/${name}`)));
}

const changedSince = (record: Map<string, Entry>, there: Files) =>
  [...record].flatMap(([name, { after }]) => (hashOf(there.get(name)) === after ? [] : [name]));

function refuse(names: string[], force: boolean, why: string): void {
  if (names.length > 0 && !force) throw new Refusal(`Nothing was done: ${names.join(', ')} ${why}; --force goes ahead all the same.`);
}

// empty folders of files that are gone would show in nobody's git, but in builds
function prune(root: string, folder: string): void {
  if (folder === root || fs.readdirSync(folder).length > 0) return;
  fs.rmdirSync(folder);
  prune(root, path.dirname(folder));
}

function put(folder: string, wanted: Files, there: Files): Pick<Done, 'written' | 'removed'> {
  const changed = [...wanted].filter(([name, text]) => text !== there.get(name));
  for (const [name, text] of changed) {
    const file = path.join(folder, name);
    if (text === undefined) {
      fs.rmSync(file);
      prune(folder, path.dirname(file));
    } else {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  }
  return {
    written: changed.filter(([, text]) => text !== undefined).map(([name]) => name),
    removed: changed.filter(([, text]) => text === undefined).map(([name]) => name)
  };
}

const textsOf = (record: Map<string, Entry>): Files => new Map([...record].map(([name, { before }]) => [name, before ?? undefined]));

/** Puts our module in place of Prebid's own; what we put there before is brought up to date. */
export function install(folder: string, force = false): Done {
  const version = versionOf(folder);
  const record = recordIn(folder) ?? new Map<string, Entry>();
  // what stands where a file of Prebid's stood, and is not what we put there, came with another Prebid
  const beforeUs = (name: string) => {
    const [entry, text] = [record.get(name), filesAt(folder, [name]).get(name)];
    return entry && (entry.before === null || entry.after === hashOf(text)) ? entry.before ?? undefined : text;
  };
  const wanted = filesFor(packageRoot, beforeUs(SPEC), fs.existsSync(path.join(folder, 'metadata/modules')));
  // files of an older version of ours go
  for (const name of record.keys()) if (!wanted.has(name)) wanted.set(name, beforeUs(name));
  const there = filesAt(folder, wanted.keys());

  refuse(changedSince(record, there), force, 'changed since the installation');
  refuse(uncommitted(folder, [...wanted.keys()].filter((name) => !record.has(name))), force, 'has changes that are not committed');

  const entries = [...wanted].map(([name, text]): [string, Entry] => [name, { before: beforeUs(name) ?? null, after: hashOf(text) }]);
  // first: a half installation can be taken back
  fs.writeFileSync(path.join(folder, RECORD), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  return { version, ...put(folder, wanted, there), record: RECORD };
}

/** Restores what was there before the first installation. */
export function uninstall(folder: string, force = false): Done {
  const version = versionOf(folder);
  const record = recordIn(folder);
  if (!record) throw new Refusal(`Nothing is installed in ${folder}: there is no ${RECORD}.`);
  const there = filesAt(folder, record.keys());
  refuse(changedSince(record, there), force, 'changed since the installation');
  const done = put(folder, textsOf(record), there);
  fs.rmSync(path.join(folder, RECORD));
  return { version, ...done };
}
