// npm run test:consumers: each project installed from the registry by npm and by pnpm, our package from its tarball; then built, then run.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { scratch } from '../build/support.ts';
import { packed } from '../package/packed.ts';
import { expectSdk, expectUid2 } from './page.ts';
import { addImports, bundleIn, BUNDLERS, project } from './projects.ts';

const INSTALLERS = {
  npm: ['npm', 'install', '--no-audit', '--no-fund'],
  pnpm: ['npx', '--yes', 'pnpm@10', 'install', '--ignore-workspace']
};

function run(folder: string, [program, ...args]: string[]): void {
  try {
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

const versionIn = (folder: string): string => JSON.parse(fs.readFileSync(path.join(folder, 'node_modules/prebid.js/package.json'), 'utf8')).version;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

// vite without a build: packages are bundled one by one, on demand
async function served(folder: string, look: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const vite = spawn(process.execPath, ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', String(port), '--strictPort'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(vite, 'close');
  try {
    await Promise.race([once(vite.stdout, 'data'), ended.then(() => { throw new Error('vite ended before it served anything'); })]);
    await look(`http://127.0.0.1:${port}/`);
  } finally {
    vite.kill();
    await ended;
  }
}

for (const [installer, command] of Object.entries(INSTALLERS)) {
  describe(`a site installed by ${installer}`, function () {
    this.timeout(300_000);
    const work = scratch();
    const folder = (name: string) => path.join(work.directory, name);
    after(() => work.remove());

    for (const name of BUNDLERS) {
      it(`has UID2 and one Prebid, built by ${name}`, async () => {
        project(name, folder(name), packed().tarball);
        run(folder(name), command);
        run(folder(name), ['npm', 'run', 'build']);
        await expectUid2(versionIn(folder(name)), { script: fs.readFileSync(bundleIn(folder(name)), 'utf8') });
      });
    }

    it('has UID2 and one Prebid, served by vite while one works on it', () =>
      served(folder('vite'), (url) => expectUid2(versionIn(folder('vite')), { url })));

    for (const name of BUNDLERS) {
      it(`has window.__uid2 on the same session, built by ${name}`, async () => {
        addImports(folder(name), 'prebid-uid2/sdk');
        run(folder(name), ['npm', 'run', 'build']);
        await expectSdk({ script: fs.readFileSync(bundleIn(folder(name)), 'utf8') });
      });
    }

    it('has window.__uid2 on the same session, served by vite', () => served(folder('vite'), (url) => expectSdk({ url })));

    it('has the types along with it', () => {
      project('types', folder('types'), packed().tarball);
      run(folder('types'), command);
      run(folder('types'), ['npm', 'run', 'build']);
    });
  });
}
