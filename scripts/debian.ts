// Packages from Debian, where this user may install them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

// Ubuntu's packages of browsers only point to a snap, which does not run everywhere.
const isDebian = () => existsSync('/etc/os-release') && /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));

/** Whether packages can be installed here. */
export const canInstall = () => process.getuid?.() === 0 && isDebian();

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/** Installs packages; false if that failed. */
export const installPackages = (...names: string[]): boolean =>
  apt('-qq', 'update') && apt('-qq', '-y', '--no-install-recommends', 'install', ...names);
