// Other versions of Prebid: a copy on this machine, or one that npm downloads once.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { layoutOf, projectRoot, readJson } from './layout.ts';
import { problem } from './problem.ts';

const VERSION = /^\d+\.\d+\.\d+$/;
const versionIn = (directory: string) => readJson<{ version: string }>(path.join(directory, 'package.json'))?.version;

function download(version: string, directory: string): void {
  console.log(`Downloading prebid.js ${version} and the packages it needs into ${path.relative('.', directory)} (npm install, once, about half a minute) …`);
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  const half = fs.mkdtempSync(`${directory}-`);
  try {
    fs.writeFileSync(path.join(half, 'package.json'), '{"private":true}\n');
    const { status, stderr } = spawnSync('npm', ['install', `prebid.js@${version}`, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: half, encoding: 'utf8', shell: process.platform === 'win32' });
    if (status !== 0) throw problem(`prebid.js ${version} cannot be installed: ${(stderr || 'npm did not start').trim().split('\n')[0]}`);
    fs.rmSync(directory, { recursive: true, force: true });
    fs.renameSync(half, directory);
  } finally {
    fs.rmSync(half, { recursive: true, force: true });
  }
}

/** Where Prebid's sources are: a path is taken as it is, a version such as `9.46.0` is downloaded when it is not here yet. */
export function prebidAt(pathOrVersion: string): string {
  if (!VERSION.test(pathOrVersion)) return pathOrVersion;
  const installed = layoutOf().prebid;
  if (versionIn(installed) === pathOrVersion) return installed;
  const directory = path.join(projectRoot, 'build/prebid', pathOrVersion);
  const prebid = path.join(directory, 'node_modules/prebid.js');
  if (versionIn(prebid) !== pathOrVersion) download(pathOrVersion, directory);
  return prebid;
}
