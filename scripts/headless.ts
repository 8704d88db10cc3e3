// Chromium without a window, from npm. It is built as Chrome is, with profiles of how pages are used; Debian's is not, and takes a tenth longer for the same tests.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';
/** Of the packed program in it. */
const SHA256 = '38e1e1649db20fa4ea644bf5987688ce81a4c9eb10e7eae8380b74fc0d699fea';

const LONGEST_MS = 180_000;
const FOLDER = path.resolve(__dirname, '../build/headless', VERSION);
const PROGRAM = path.join(FOLDER, 'chromium');

/** Whether there is one for this machine. */
const canRun = () => process.platform === 'linux' && process.arch === 'x64';

/** The path of the one that is installed. */
export const headlessHere = (): string | undefined => (canRun() && fs.existsSync(PROGRAM) ? PROGRAM : undefined);

function run(program: string, args: string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: LONGEST_MS });
  if (status !== 0) throw new Error((error?.message || stderr || `${path.basename(program)} was ended`).trim().split('\n')[0]);
}

function fetchInto(folder: string): void {
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  run('npm', ['install', `${PACKAGE}@${VERSION}`, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=0', '--loglevel=error'], folder);
}

// libraries that it needs may be missing
const start = (program: string) => run(program, ['--version'], path.dirname(program));

function unpack(folder: string): void {
  const packed = fs.readFileSync(path.join(folder, 'node_modules', PACKAGE, 'bin/chromium.br'));
  if (createHash('sha256').update(packed).digest('hex') !== SHA256) throw new Error('it is not the file that was expected');
  const program = path.join(folder, 'chromium');
  fs.writeFileSync(program, brotliDecompressSync(packed), { mode: 0o755 });
  start(program);
  fs.rmSync(path.join(folder, 'node_modules'), { recursive: true });
}

function download(): void {
  fs.mkdirSync(path.dirname(FOLDER), { recursive: true });
  const half = fs.mkdtempSync(`${FOLDER}-`);
  try {
    fetchInto(half);
    unpack(half);
    // another command may have been faster
    if (!headlessHere()) fs.renameSync(half, FOLDER);
  } finally {
    fs.rmSync(half, { recursive: true, force: true });
  }
}

// of another system that shares this folder, or after its libraries have gone
function check(): void {
  try {
    start(PROGRAM);
  } catch (error) {
    fs.rmSync(FOLDER, { recursive: true, force: true });
    throw error;
  }
}

/** Downloads it if it is not here, and takes away one that does not start; `say` tells of it. */
export function needHeadlessOfNpm(say: (line: string) => void): void {
  if (!canRun()) return;
  try {
    if (headlessHere()) return check();
    say(`Downloading a Chromium without a window into ${path.relative('.', FOLDER)} (npm install, once, 65 MB) …`);
    download();
  } catch (error) {
    if (!headlessHere()) say(`The Chromium without a window of npm cannot be used: ${(error as Error).message}`);
  }
}
