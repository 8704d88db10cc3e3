// Where the browsers of the three engines are, and how they get here.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from '../browser.ts';
import { canInstall, installPackages } from '../debian.ts';

export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = typeof ENGINES[number];

/** The programs that an engine needs. */
export type Programs = Record<string, string>;

const PACKAGES = { chromium: ['chromium'], firefox: ['firefox-esr'], webkit: ['webkit2gtk-driver', 'xvfb'] };

function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}

// Debian keeps it beside the library, in a folder named by the processor
function miniBrowser(): string | undefined {
  if (!existsSync('/usr/lib')) return undefined;
  return readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'))
    .flatMap((name) => ['4.1', '6.0', '4.0'].map((version) => `/usr/lib/${name}/webkit2gtk-${version}/MiniBrowser`))
    .find((file) => existsSync(file));
}

const PROGRAMS: Record<EngineName, () => Record<string, string | undefined>> = {
  chromium: () => ({ CHROME_BIN: process.env.CHROME_BIN ?? onPath('google-chrome', 'chromium', 'chromium-browser') }),
  firefox: () => ({ FIREFOX_BIN: process.env.FIREFOX_BIN ?? onPath('firefox-esr', 'firefox') }),
  webkit: () => ({
    WEBKIT_BIN: process.env.WEBKIT_BIN ?? miniBrowser(),
    WEBKIT_DRIVER: process.env.WEBKIT_DRIVER ?? onPath('WebKitWebDriver'),
    XVFB: onPath('Xvfb')
  })
};

/** The engine's programs by the variable that names each, or nothing if one is missing. */
export function programsOf(engine: EngineName): Programs | undefined {
  const programs = PROGRAMS[engine]();
  return Object.values(programs).every(Boolean) ? programs as Programs : undefined;
}

/** How to install what an engine needs. */
export const howTo = (engine: EngineName): string =>
  `on Debian: apt-get install ${PACKAGES[engine].join(' ')}; or name ${Object.keys(PROGRAMS[engine]()).join(', ')}`;

/** The engine's programs, installed if they are missing; rejects with an Error of one line. */
export async function needPrograms(engine: EngineName, say = console.log): Promise<Programs> {
  if (engine === 'chromium') return { CHROME_BIN: await findBrowser(say) };
  const found = programsOf(engine);
  if (found) return found;
  if (canInstall()) {
    say(`No ${engine} here: installing ${PACKAGES[engine].join(', ')} with apt-get …`);
    installPackages(...PACKAGES[engine]);
  }
  const installed = programsOf(engine);
  if (!installed) throw new Error(`No ${engine} to test in: ${howTo(engine)}.`);
  return installed;
}
