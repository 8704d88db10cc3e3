// The package as it would be published, made once for all files.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root, scratch } from '../build/support.ts';

export interface Packed {
  tarball: string;
  /** Where it is unpacked: the folder that npm would put into node_modules. */
  folder: string;
  /** Names of its files, sorted. */
  files: string[];
}

let made: Packed | undefined;
const work = scratch();
after(() => work.remove());

/** Runs npm pack. */
export function packed(): Packed {
  if (made) return made;
  const [{ filename, files }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', work.directory], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    // what prepack says comes first
    .replace(/^[^]*?(?=^\[)/m, '')) as [{ filename: string; files: { path: string }[] }];
  const tarball = path.join(work.directory, filename);
  execFileSync('tar', ['xzf', tarball, '-C', work.directory]);
  made = { tarball, folder: path.join(work.directory, 'package'), files: files.map((file) => file.path).sort() };
  return made;
}

export const manifestOf = ({ folder }: Packed) => JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
