// Bundles that are joined from the chunks of one build: the same code as in builds of their own.
import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { buildChunks, joinChunks } from '../../scripts/build/chunked.ts';
import { build } from '../../scripts/build/index.ts';
import { launchChromium } from '../harness/chromium.ts';
import { OVERLAY, scratch, write } from './support.ts';

const ALL = ['uid2IdSystem', 'sharedIdSystem', 'storageControl', 'appnexusBidAdapter', 'openxBidAdapter'];
const SOME = ['uid2IdSystem', 'openxBidAdapter'];

// by what webpack names them in a readable build
const filesIn = (text: string) => [...text.matchAll(/^\/\*{3}\/ "([^"]+)"/gm)].map(([, name]) => name).sort();
const isOfModule = (name: string) => /\/(modules|metadata)\//.test(name);

describe('a bundle that is joined from chunks', function () {
  this.timeout(120_000);
  const overlay = scratch();
  const output = scratch();
  const at = (name: string) => path.join(output.directory, name);
  const text = (name: string) => fs.readFileSync(at(name), 'utf8');
  const options = (modules: string[], name: string) => ({ modules, dev: true, overlay: overlay.directory, out: at(name) });
  const joined = (modules: string[], name: string) => joinChunks(at('chunks'), options(modules, name));

  before(async () => {
    write(overlay.directory, OVERLAY);
    await buildChunks(options(ALL, ''), at('chunks'));
    await joined(ALL, 'all.js');
    await joined(SOME, 'some.js');
    await build(options(SOME, 'built.js'));
  });
  after(() => {
    overlay.remove();
    output.remove();
  });

  it('is, with all their modules, what a build of these makes', async () => {
    await build(options(ALL, 'all-built.js'));
    expect(`${text('all.js')}\n//# sourceMappingURL=all-built.js.map` === text('all-built.js')).to.equal(true);
  });

  it('has, with some of them, the code of these and of no other, but for what core and libraries have for the others', () => {
    const [all, seen, expected] = ['all.js', 'some.js', 'built.js'].map((name) => filesIn(text(name)));
    expect(seen).to.include.members(expected);
    expect(seen.filter(isOfModule)).to.eql(expected.filter(isOfModule)).and.to.have.length.above(SOME.length);
    expect(all.filter(isOfModule)).to.have.length.above(seen.filter(isOfModule).length + 2);
    expect(text('some.js').split('\n').slice(0, 4)).to.eql(text('built.js').split('\n').slice(0, 4));
  });

  it('has the storage disclosures of its own modules beside it', () => {
    expect(text('some_disclosures.json')).to.equal(text('built_disclosures.json'));
    expect(text('all_disclosures.json')).not.to.equal(text('built_disclosures.json'));
  });

  it('works in a page', async () => {
    const browser: Browser = await launchChromium([], false);
    try {
      const page = await browser.newPage();
      await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>page</title>' }));
      await page.goto('https://publisher.example/');
      await page.addScriptTag({ path: at('some.js') });
      const seen = await page.evaluate(async () => {
        const { pbjs } = window as any;
        pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2' }] } });
        return { modules: pbjs.installedModules, ids: await pbjs.getUserIdsAsync() };
      });
      expect(seen).to.eql({ modules: ['userId', ...SOME], ids: { uid2: { id: 'overlaid' } } });
    } finally {
      await browser.close();
    }
  });
});
