import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { bundle, PREBID_9 } from './bundle.ts';
import { COOKIE, expectNothingStored, expectTokenOf, NOTE_KEY, setCookie } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, KEY, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const OTHER_COOKIE = 'publisher_uid2';

/** What storageControl, which denies what is not disclosed, has said about the module on this page. */
const complaints = ({ page }: Visitor): Promise<string[]> => page.evaluate(() => (window as any).pbjs.getEvents()
  .filter(({ eventType, args }: any) => eventType === 'auctionDebug' && args.type === 'WARNING')
  .map(({ args }: any) => Object.values(args.arguments).join(' '))
  .filter((text: string) => text.includes('storageControl') && text.includes('userId.uid2')));

// Prebid 10 only warns unless told to deny, and 9 has no such module
const config = { storageControl: { enforcement: 'strict' } };
const suite = (title: string, tests: () => void) => (PREBID_9 ? describe.skip(`${title} (which Prebid 9 has not)`, tests) : describe(title, tests));

suite('With storageControl', () => {
  const world = inBrowser({ prebid: () => bundle('ours', 'storageControl') });

  for (const [storage, place] of [['localStorage', 'localStorage'], ['cookie', 'cookies']] as const) {
    it(`every key of ours is disclosed: a life with ${storage} is as without it`, async () => {
      const visitor = await world.open({ config, params: { uid2Token: await world.login('expired'), storage } });
      await expectTokenOf(EMAIL, await visitor.auction());
      expect(await complaints(visitor)).to.deep.equal([]);
      await visitor.load({ storage });
      await expectTokenOf(EMAIL, await visitor.auction());
      // a failure leaves a note
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await world.later(5 * HOUR);
      await visitor.auction();
      expect((await visitor.stored())[place]).to.have.all.keys(KEY, NOTE_KEY);
      await visitor.disconnect();
      await expectNothingStored(visitor);
      expect(await complaints(visitor)).to.deep.equal([]);
    });
  }

  it('the publisher\'s cookie is read, and cleared on logout, if it has the name in the docs', async () => {
    await setCookie(world, await world.login());
    const visitor = await world.open({ config, params: { uid2Cookie: COOKIE } });
    await expectTokenOf(EMAIL, await visitor.auction());
    await visitor.disconnect();
    await expectNothingStored(visitor);
    expect(await complaints(visitor)).to.deep.equal([]);
  });

  it('a cookie of another name counts for nothing: its name has to be disclosed', async () => {
    await setCookie(world, await world.login(), OTHER_COOKIE);
    const visitor = await world.open({ config, params: { uid2Cookie: OTHER_COOKIE } });
    expectNoUid2(await visitor.auction());
    expect(await complaints(visitor)).to.have.length.above(0);
    expect((await complaints(visitor)).every((text) => text.includes(OTHER_COOKIE))).to.equal(true);
    // in the config it needs no storage
    await visitor.configure({ uid2Token: await world.login() });
    await expectTokenOf(EMAIL, await visitor.auction());
    await visitor.disconnect();
    expect((await visitor.stored()).cookies).to.have.property(OTHER_COOKIE);
  });

  it('the page is told what is stored, and by whom', async () => {
    const visitor = await world.open({ config });
    const disclosed = await visitor.page.evaluate(() => (window as any).pbjs.getStorageUseDisclosures()
      .filter(({ disclosedBy }: any) => disclosedBy.includes('uid2IdSystem')).map(({ type, identifier }: any) => `${type} ${identifier}`));
    expect(disclosed).to.include.members([`web ${KEY}`, `cookie ${KEY}`, `web ${NOTE_KEY}`, `cookie ${NOTE_KEY}`]);
    const beside = (await bundle('ours', 'storageControl')).replace('.js', '_disclosures.json');
    const summary = JSON.parse(await readFile(beside, 'utf8')) as { type: string; identifier: string }[];
    expect(summary.map(({ type, identifier }) => `${type} ${identifier}`)).to.include.members(disclosed);
  });
});

suite('With storageControl, and a name added to metadata/ by the publisher', () => {
  // as a build with that file makes it
  const world = inBrowser({
    async prebid() {
      const made = await bundle('ours', 'storageControl');
      const file = made.replace('.js', '.named.js');
      const text = await readFile(made, 'utf8');
      await writeFile(file, text.replaceAll(`"${COOKIE}"`, '"publisher_*"'));
      return file;
    }
  });

  it('their cookie is read, and cleared on logout, by a pattern', async () => {
    await setCookie(world, await world.login(), OTHER_COOKIE);
    const visitor = await world.open({ config, params: { uid2Cookie: OTHER_COOKIE } });
    await expectTokenOf(EMAIL, await visitor.auction());
    await visitor.disconnect();
    expect((await visitor.stored()).cookies).to.not.have.property(OTHER_COOKIE);
    expect(await complaints(visitor)).to.deep.equal([]);
  });
});

suite('With storageControl, window.__uid2', () => {
  const world = inBrowser({ prebid: () => bundle('ours', 'storageControl', 'uid2Sdk') });

  for (const useCookie of [false, true]) {
    const [place, identityKey, configKey] = useCookie ? ['cookies', '__uid_2', '__uid_2_config'] as const : ['localStorage', 'UID2-sdk-identity', 'UID2-sdk-identity_config'] as const;
    it(`keeps what UID2's SDK keeps in ${place}, all of it disclosed`, async () => {
      const visitor = await world.open({ config });
      await visitor.page.evaluate((options) => (window as any).__uid2.init(options), { identity: await world.login(), baseUrl: world.operator.url, useCookie });
      await expectTokenOf(EMAIL, await visitor.auction());
      expect((await visitor.stored())[place]).to.include.keys(identityKey, configKey);
      await visitor.disconnect();
      expect((await visitor.stored())[place]).to.not.have.property(identityKey);
      expect(await complaints(visitor)).to.deep.equal([]);
    });
  }
});

suite('With storageControl, Prebid\'s own module', () => {
  const world = inBrowser({ prebid: () => bundle('prebid', 'storageControl') });

  it('is denied its storage, as it discloses none', async () => {
    const visitor = await world.open({ config, params: { uid2Token: await world.login() } });
    await visitor.auction();
    expect((await visitor.stored()).localStorage).not.to.have.property(KEY);
    expect((await complaints(visitor)).join()).to.include(KEY);
  });
});
