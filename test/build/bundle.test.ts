import { expect } from 'chai';
import fs from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, type BuildResult } from '../../scripts/build/index.ts';
import { report } from '../../scripts/build/report.ts';
import { launchChromium } from '../harness/chromium.ts';
import { OVERLAY, scratch, write } from './support.ts';

const modules = ['uid2IdSystem', 'appnexusBidAdapter'];

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(() => { throw new Error('did not fail'); }, (error: Error) => error);

describe('a bundle', function () {
  this.timeout(120_000);
  const overlay = scratch();
  const output = scratch();
  const at = (name: string) => path.join(output.directory, name);
  const text = (name: string) => fs.readFileSync(at(name), 'utf8');
  let result: BuildResult;
  let browser: Browser;

  before(async () => {
    write(overlay.directory, OVERLAY);
    result = await build({ modules, overlay: overlay.directory, out: at('prebid.js'), compare: 'uid2IdSystem' });
    browser = await launchChromium([], false);
  });

  after(async () => {
    await browser?.close();
    overlay.remove();
    output.remove();
  });

  // a page of its own, which sees nothing of the network
  async function open(script: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage();
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>page</title>' }));
    await page.goto('https://publisher.example/');
    await script(page).finally(() => page.close());
  }

  it('says what it is in its first lines', () => {
    expect(text('prebid.js')).to.match(/^\/\* prebid\.js v[\d.]+\nUpdated: \d{4}-\d\d-\d\d\nModules: userId, uid2IdSystem, appnexusBidAdapter \*\/\n/);
  });

  it('has our module in place of Prebid\'s, on the same Prebid, and lists what is installed', () => open(async (page) => {
    await page.addScriptTag({ path: at('prebid.js') });
    const seen = await page.evaluate(async () => {
      const { pbjs } = window as any;
      pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2' }] } });
      return { overlay: pbjs.overlay, modules: pbjs.installedModules, version: pbjs.version, ids: await pbjs.getUserIdsAsync() };
    });
    expect(seen.overlay).to.eql({ answer: 'from the overlay', generation: 'client-side generation' });
    expect(seen.modules).to.eql(result.modules).and.to.eql(['userId', ...modules]);
    expect(seen.version).to.equal(`v${result.version}`);
    expect(seen.ids).to.eql({ uid2: { id: 'overlaid' } });
  }));

  it('runs the queue once it is complete', () => open(async (page) => {
    await page.evaluate(() => { (window as any).pbjs = { que: [() => { (window as any).installed = (window as any).pbjs.installedModules.length; }] }; });
    await page.addScriptTag({ path: at('prebid.js') });
    expect(await page.evaluate(() => (window as any).installed)).to.equal(3);
  }));

  it('leaves a copy that is there alone, and warns of it when debugging', () => open(async (page) => {
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.addScriptTag({ path: at('prebid.js') });
    await page.evaluate(() => { (window as any).first = (window as any).pbjs.requestBids; });
    await page.addScriptTag({ path: at('prebid.js') });
    const clash = () => warnings.filter((line) => line.includes('clashes with the existing \'pbjs\' instance'));
    expect(clash()).to.eql([]);
    await page.evaluate(() => (window as any).pbjs.setConfig({ debug: true }));
    await page.addScriptTag({ path: at('prebid.js') });
    expect(clash()).to.have.length(1);
    expect(await page.evaluate(() => (window as any).pbjs.requestBids === (window as any).first)).to.equal(true);
    expect(await page.evaluate(() => (window as any).pbjs.installedModules)).to.have.length(3);
  }));

  it('has a source map that leads to the line in our source', () => open(async (page) => {
    await page.addScriptTag({ path: at('prebid.js') });
    const stack = await page.evaluate(() => {
      try { (window as any).fails(); } catch (error) { return (error as Error).stack!; }
    });
    const [, line, column] = /:(\d+):(\d+)\)?$/.exec(stack!.split('\n')[1])!;
    const map = new SourceMap(JSON.parse(text('prebid.js.map')) as SourceMapPayload);
    const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
    expect(entry).to.include({ originalSource: 'libraries/uid2Session/answer.ts', originalLine: 2 });
    expect(text('prebid.js')).to.match(/\n\/\/# sourceMappingURL=prebid\.js\.map\s*$/);
  }));

  it('has a source map with readable names and the sources themselves', () => {
    const { sources, sourcesContent } = JSON.parse(text('prebid.js.map')) as { sources: string[]; sourcesContent: string[] };
    expect(sources).to.include.members(['modules/uid2IdSystem.ts', 'prebid.js/src/auction.ts', 'prebid.js/modules/userId/index.ts']);
    expect(sources.filter((name) => name.includes('..') || path.isAbsolute(name))).to.eql([]);
    expect(sourcesContent[sources.indexOf('modules/uid2IdSystem.ts')]).to.equal(OVERLAY['modules/uid2IdSystem.ts']);
  });

  it('says what each module weighs, and what ours adds', () => {
    expect(result.parts.map((part) => part.name)).to.include.members(['core', 'userId', ...modules]);
    expect(result.total.minified).to.be.within(text('prebid.js').length - 500, text('prebid.js').length);
    const parts = result.parts.reduce((sum, part) => sum + part.size.minified, 0);
    expect(result.total.minified - parts).to.be.within(0, 500);
    const { module, difference, share } = result.added!;
    expect(module).to.equal('uid2IdSystem');
    expect(difference.minified).to.be.within(200, 2000);
    expect(share.minified).to.be.within(200, 2000);
    expect(difference.gzip).to.be.below(difference.minified);
    const lines = report(result).join('\n');
    expect(lines).to.match(/uid2IdSystem +[\d,]+ +[\d,]+/).and.match(/difference +[\d,]+ +[\d,]+/).and.match(/its own +[\d,]+ +[\d,]+/);
  });

  it('has its storage disclosures beside it', () => {
    const summary = JSON.parse(text('prebid_disclosures.json')) as { disclosedBy: string[] }[];
    expect(summary.flatMap(({ disclosedBy }) => disclosedBy)).to.include.members(['prebid-core']);
  });

  it('is not there, or still the old one, when our code does not compile', async () => {
    const broken = scratch();
    write(broken.directory, { 'modules/uid2IdSystem.ts': 'const = ;' });
    const before = text('prebid.js');
    const error = await failureOf(build({ modules, overlay: broken.directory, out: at('prebid.js') }));
    broken.remove();
    expect(error.message).to.match(/cannot be built/).and.match(/uid2IdSystem\.ts/);
    expect(text('prebid.js')).to.equal(before);
    expect(fs.readdirSync(output.directory).sort()).to.eql(['prebid.js', 'prebid.js.map', 'prebid_disclosures.json']);
  });

  it('leaves out what a disabled feature guards', async () => {
    await build({ modules: ['uid2IdSystem'], disable: ['UID2_CSTG', 'LOG_NON_ERROR'], overlay: overlay.directory, out: at('small/prebid.js') });
    expect(text('prebid.js')).to.include('client-side generation').and.include('a line that only debugging needs');
    expect(text('small/prebid.js')).to.not.include('client-side generation');
    expect(text('small/prebid.js')).to.not.include('a line that only debugging needs');
  });

  it('can be Prebid\'s own, for comparison', async () => {
    await build({ modules: ['uid2IdSystem'], uid2: 'prebid', overlay: overlay.directory, out: at('original/prebid.js') });
    expect(text('original/prebid.js')).to.include('__uid2_advertising_token').and.not.include('from the overlay');
  });

  it('is readable when it is for development', async () => {
    await build({ modules: ['uid2IdSystem'], dev: true, overlay: overlay.directory, out: at('dev/prebid.js') });
    expect(text('dev/prebid.js')).to.match(/\n {2,}.*generation: {1}.*client-side generation/);
    await open(async (page) => {
      await page.addScriptTag({ path: at('dev/prebid.js') });
      expect(await page.evaluate(() => (window as any).pbjs.installedModules)).to.eql(['userId', 'uid2IdSystem']);
    });
  });

  it('knows the storage disclosures of its modules when a module asks for them', async () => {
    await build({ modules: ['storageControl', 'appnexusBidAdapter'], overlay: overlay.directory, out: at('disclosing/prebid.js'), dev: true });
    await open(async (page) => {
      await page.addScriptTag({ path: at('disclosing/prebid.js') });
      expect(await page.evaluate(() => (window as any).pbjs.installedModules)).to.eql(['storageControl', 'appnexusBidAdapter']);
    });
    expect(text('disclosing/prebid.js')).to.include('register("appnexusBidAdapter"').and.include('register("prebid-core"');
  });
});
