// Sites that bundle Prebid themselves, with the bundlers that are here anyway; all of them, as installed by npm and pnpm: npm run test:consumers.
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import webpack from 'webpack';
import { root, scratch } from '../build/support.ts';
import { due, expectLogin, expectSdk, expectUid2 } from '../consumers/page.ts';
import type { Project } from '../consumers/projects.ts';
import { snippetsOf } from '../e2e/snippets.ts';
import { bundled, PREBID, siteIn } from './sites.ts';

const { version } = JSON.parse(fs.readFileSync(path.join(PREBID, 'package.json'), 'utf8'));

describe('a site that bundles Prebid', () => {
  const work = scratch();
  after(() => work.remove());

  const site = (name: Project, ...imports: string[]) => siteIn(work.directory, name, ...imports);

  it('has UID2 by importing the package, with esbuild', async () => {
    const { script, of } = await bundled(site('esbuild'));
    expect(of('/dist/src/src/hook.js')).to.have.length(1);
    expect(script).to.not.include('__uid2Helper').and.not.include('UID2 SDK aborted');
    await expectUid2(version, { script });
  });

  it('has window.__uid2 on the same session by importing it, too', async () => {
    const { script, of } = await bundled(site('esbuild', 'prebid-uid2/sdk'));
    expect(of('/libraries/uid2Session/engine.js')).to.have.length(1);
    await expectSdk({ script });
  });

  it('logs in with the script of modules/uid2Sdk.md', async () => {
    const folder = site('esbuild');
    const [code] = snippetsOf('modules/uid2Sdk.md');
    fs.writeFileSync(path.join(folder, 'src/index.js'), `const identity = ${JSON.stringify(due())};\n${code}`);
    await expectLogin(await bundled(folder));
  });

  it('has its storage allowed by storageControl if it imports the metadata', async () => {
    const folder = site('esbuild', 'prebid.js/modules/storageControl', 'prebid.js/metadata/prebid-core', 'prebid-uid2/metadata');
    await expectUid2(version, await bundled(folder), 'storageControl');
  });

  it('has UID2 by importing the package, with webpack', async () => {
    const context = site('webpack');
    const stats = await new Promise<webpack.Stats>((resolve, reject) => {
      webpack({ context, entry: './src/index.js', mode: 'production', output: { path: path.join(context, 'dist') } }, (error, result) => (error ? reject(error) : resolve(result!)));
    });
    expect(stats.toString({ all: false, errors: true, warnings: true })).to.equal('');
    await expectUid2(version, { script: fs.readFileSync(path.join(context, 'dist/main.js'), 'utf8') });
  });

  it('has the types along with it, and tsc sees what is wrong', () => {
    const tsc = (...args: string[]) => {
      const { stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: folder, encoding: 'utf8' });
      return stdout;
    };
    const folder = site('types');
    expect(tsc()).to.equal('');
    expect(tsc('--module', 'nodenext', '--moduleResolution', 'nodenext')).to.equal('');
    // also where the declarations of packages are looked at
    expect(tsc('--skipLibCheck', 'false')).to.not.include('uid2');
  });
});
