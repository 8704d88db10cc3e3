// R19: how the docs ask for the reason works where there is no module to answer; SITUATIONS.md's number 28.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { bundleOf } from '../harness/bundles.ts';
import { PARKED } from './pageServer.ts';
import { inBrowser } from './support.ts';

const DOCS = readFileSync(path.join(__dirname, '../../modules/uid2IdSystem.md'), 'utf8');
const MODULES = ['userId', 'sharedIdSystem', 'appnexusBidAdapter'];

describe('The question of the docs, where the module is missing (R19, 28)', () => {
  const world = inBrowser({ prebid: () => bundleOf({ modules: MODULES }) });

  /** The snippet of the docs that asks for the status. */
  const [, snippet] = [...DOCS.matchAll(/^```js\n([^]*?)^```$/gm)].find(([, code]) => code.includes('status() ??'))!;

  for (const [title, at] of [['from the bundle', ''], ['with all of Prebid', PARKED]]) {
    it(`${title}: it throws nothing, and says so`, async () => {
      const page = await world.page();
      await page.goto(`${world.url}${at}`);
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      const said = page.waitForEvent('console');
      await page.addScriptTag({ content: snippet });
      expect((await said).text()).to.equal('uid2IdSystem is not in this bundle');
      expect(errors).to.deep.equal([]);
      expect(DOCS).to.match(/^\| `pbjs\.uid2` is undefined \|.*\| add `uid2IdSystem` to the build/m);
    });
  }
});
