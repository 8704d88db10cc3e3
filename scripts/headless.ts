// Chromium without a window, from npm. It is built as Chrome is, with profiles of how pages are used; Debian's is not, and does a fifth more work for the same tests.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';
/** Of the packed program in it. */
const SHA256 = '38e1e1649db20fa4ea644bf5987688ce81a4c9eb10e7eae8380b74fc0d699fea';

const FOLDER = path.resolve(__dirname, '../build/headless', VERSION);
const PROGRAM = path.join(FOLDER, 'chromium');

/** Whether there is one for this machine. */
const canRun = () => process.platform === 'linux' && process.arch === 'x64';

/** The path of the one that is installed. */
export const headlessHere = (): string | undefined => (canRun() && fs.existsSync(PROGRAM) ? PROGRAM : undefined);

function fetchInto(folder: string): void {
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  const { status, stderr } = spawnSync('npm', ['install', `${PACKAGE}@${VERSION}`, '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error((stderr || 'npm did not start').trim().split('\n')[0]);
}

function unpack(folder: string): void {
  const packed = fs.readFileSync(path.join(folder, 'node_modules', PACKAGE, 'bin/chromium.br'));
  if (createHash('sha256').update(packed).digest('hex') !== SHA256) throw new Error('it is not the file that was expected');
  const program = path.join(folder, 'chromium');
  fs.writeFileSync(program, brotliDecompressSync(packed), { mode: 0o755 });
  // libraries that it needs may be missing
  const { status, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`it does not start here: ${(stderr || 'no reason given').trim().split('\n')[0]}`);
  fs.rmSync(path.join(folder, 'node_modules'), { recursive: true });
}

/** Downloads it if it is not here, which `say` tells of; gives its path, or undefined where that cannot be had. */
export function needHeadlessOfNpm(say: (line: string) => void): string | undefined {
  if (!canRun() || headlessHere()) return headlessHere();
  say(`Downloading a Chromium without a window into ${path.relative('.', FOLDER)} (npm install, once, 65 MB) …`);
  fs.mkdirSync(path.dirname(FOLDER), { recursive: true });
  const half = fs.mkdtempSync(`${FOLDER}-`);
  try {
    fetchInto(half);
    unpack(half);
    fs.renameSync(half, FOLDER);
  } catch (error) {
    // another command may have been faster
    if (!headlessHere()) say(`It cannot be used: ${(error as Error).message}`);
  } finally {
    fs.rmSync(half, { recursive: true, force: true });
  }
  return headlessHere();
}
