// WebKitGTK's MiniBrowser by WebDriver, on a screen of its own.
import { setTimeout } from 'node:timers/promises';
import { openDisplay } from '../../scripts/browsers/display.ts';
import { needPrograms } from '../../scripts/browsers/engines.ts';
import { start, stop } from '../../scripts/browsers/processes.ts';
import { freePort } from '../harness/freePort.ts';
import type { Browsing, Engine, Kind } from './engine.ts';
import { connect, sessionOf } from './webdriver.ts';

// a session by WebDriver is private by itself
const ARGS: Record<Kind, string[]> = {
  usual: [],
  private: ['--private'],
  blocked: ['--cookies-policy=never', '--enable-html5-local-storage=false']
};

async function answers(url: string): Promise<void> {
  while (!await fetch(`${url}/status`).then(({ ok }) => ok, () => false)) await setTimeout(20);
}

async function beginSession(url: string, binary: string, kind: Kind): Promise<Browsing> {
  const options = { binary, args: ['--automation', ...ARGS[kind]] };
  const alwaysMatch = { pageLoadStrategy: 'none', 'webkitgtk:browserOptions': options };
  const capabilities = { alwaysMatch };
  const { sessionId } = await connect(url)<{ sessionId: string }>('POST', '/session', { capabilities });
  const send = connect(`${url}/session/${sessionId}`);
  const session = sessionOf(send, await send('GET', '/window'));
  return {
    tab: session.open,
    cookies: session.cookies,
    end: () => send('DELETE', '')
  };
}

/** Starts the driver; each reader has a browser of their own. */
export async function startWebKit(): Promise<Engine> {
  const { WEBKIT_BIN, WEBKIT_DRIVER } = await needPrograms('webkit');
  const display = await openDisplay();
  const port = await freePort();
  const driver = await start(WEBKIT_DRIVER, [`--port=${port}`], { stdio: 'ignore', env: display.env });
  const url = `http://127.0.0.1:${port}`;
  await answers(url);
  return {
    begin: (kind = 'usual') => beginSession(url, WEBKIT_BIN, kind),
    async close() {
      await stop(driver);
      await display.close();
    }
  };
}
