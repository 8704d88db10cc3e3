// A server that is copied from the site, as a publisher runs it: by node, with express, and the account in its environment.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Operator } from '../../operator/index.ts';
import { freePort } from '../harness/freePort.ts';

// where node finds express
const BUILD = path.resolve(__dirname, '../../build');
/** Put before a server: it says nothing when it listens, and asking until it answers takes a processor. */
const SAYS_SO = `
const { Server } = require('node:net');
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  return listen.apply(this.once('listening', () => process.send('listening')), args);
};
`;

/** Starts it at a free port, which stands for 8080 in the code. `given` adds to its environment. */
export async function startCopied(code: string, { url, apiKey, apiSecret }: Operator, given: Record<string, string> = {}): Promise<{
  url: string;
  child: ChildProcess;
  close(): Promise<void>;
}> {
  await mkdir(BUILD, { recursive: true });
  const folder = await mkdtemp(path.join(BUILD, 'copied-'));
  const [file, listening] = [path.join(folder, 'server.mjs'), path.join(folder, 'listening.cjs')];
  const port = await freePort();
  await Promise.all([writeFile(file, code.replaceAll('8080', String(port))), writeFile(listening, SAYS_SO)]);
  const child = spawn(process.execPath, ['--require', listening, file], {
    env: { ...process.env, PORT: String(port), UID2_URL: url, UID2_API_KEY: apiKey, UID2_API_SECRET: apiSecret, ...given },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc']
  });
  await Promise.race([once(child, 'message'), once(child, 'exit').then(([status, signal]) => { throw new Error(`ended with ${status ?? signal}`); })])
    .finally(() => rm(folder, { recursive: true }));
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    async close() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  };
}
