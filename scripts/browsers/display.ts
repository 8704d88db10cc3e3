// A screen and a home for WebKit, which has no headless mode: nothing of the desktop, or of an earlier run, reaches it.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { start, stop } from './processes.ts';

export interface Display {
  /** The environment of a program that is to show itself there. */
  env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

const QUIET = {
  NO_AT_BRIDGE: '1',
  GSETTINGS_BACKEND: 'memory',
  GIO_USE_VFS: 'local',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1'
};

/** Starts a virtual screen (Xvfb) of its own. */
export async function openDisplay(): Promise<Display> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'uid2-webkit-'));
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const xvfb = await start('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await once(xvfb.stdio[3] as Readable, 'data');
  const env: NodeJS.ProcessEnv = { ...process.env, ...QUIET, HOME: home, XDG_RUNTIME_DIR: home };
  env.DISPLAY = `:${String(number).trim()}`;
  delete env.DBUS_SESSION_BUS_ADDRESS;
  return {
    env,
    async close() {
      await stop(xvfb);
      rmSync(home, { recursive: true, force: true });
    }
  };
}
