// Chromium by the DevTools protocol, Firefox by WebDriver BiDi.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser, type BrowserContext, type LaunchOptions, type Page } from 'puppeteer-core';
import { needPrograms } from '../../scripts/browsers/engines.ts';
import type { Browsing, Cookie, Engine, Kind, Tab } from './engine.ts';

type Name = 'chromium' | 'firefox';

const FIREFOX = { 'fission.bfcacheInParent': true, 'browser.sessionhistory.max_total_viewers': -1 };
const FIREFOX_OF_KIND = {
  usual: {},
  private: { 'browser.privatebrowsing.autostart': true },
  blocked: { 'network.cookie.cookieBehavior': 2 }
};

const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

// what a reader chooses in the settings, as Chromium keeps it
function chromiumProfile(kind: Kind): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'uid2-chromium-'));
  mkdirSync(path.join(folder, 'Default'));
  const settings = kind === 'blocked' ? { profile: { default_content_setting_values: { cookies: 2 } } } : {};
  writeFileSync(path.join(folder, 'Default/Preferences'), JSON.stringify(settings));
  return folder;
}

const optionsOf: Record<Name, (kind: Kind, folder: string) => LaunchOptions> = {
  chromium: (_kind, userDataDir) => ({ browser: 'chrome', userDataDir, args: [...sandbox, ...QUIET] }),
  firefox: (kind) => ({ browser: 'firefox', extraPrefsFirefox: { ...FIREFOX, ...FIREFOX_OF_KIND[kind] } })
};

function tabOf(page: Page): Tab {
  return {
    async goto(url) { await page.goto(url); },
    run: <T>(body: string) => page.evaluate(`(async () => { ${body} })()`) as Promise<T>,
    close: () => page.close()
  };
}

function browsingOf(context: BrowserContext, end: () => Promise<void>): Browsing {
  return {
    tab: async () => tabOf(await context.newPage()),
    async cookies(): Promise<Cookie[]> {
      const all = await context.cookies();
      return all.map(({ name, value, path, expires, sameSite }) =>
        ({ name, value, path, sameSite, ...(expires > 0 && { expires }) }));
    },
    end
  };
}

async function launch(name: Name, kind: Kind): Promise<{ browser: Browser; close(): Promise<void> }> {
  const [executablePath] = Object.values(await needPrograms(name));
  const folder = name === 'chromium' ? chromiumProfile(kind) : undefined;
  const browser = await puppeteer.launch({ executablePath, ...optionsOf[name](kind, folder ?? '') });
  return {
    browser,
    async close() {
      await browser.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    }
  };
}

// a context that is made is a private window in Chromium, and a container in Firefox
const contextOf = (name: Name, kind: Kind, browser: Browser) =>
  (name === 'chromium' && kind === 'private' ? browser.createBrowserContext() : browser.defaultBrowserContext());

/** Each reader has a browser of their own; usual ones of Firefox share one, with a container for each. */
export async function startPuppeteer(name: Name): Promise<Engine> {
  const shared = name === 'firefox' ? await launch(name, 'usual') : undefined;
  return {
    async begin(kind = 'usual') {
      if (shared && kind === 'usual') {
        const context = await shared.browser.createBrowserContext();
        return browsingOf(context, () => context.close());
      }
      const { browser, close } = await launch(name, kind);
      return browsingOf(await contextOf(name, kind, browser), close);
    },
    close: async () => shared?.close()
  };
}
