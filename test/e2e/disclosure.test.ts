import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { bundle, PREBID_9 } from './bundle.ts';
import { COOKIE, expectNothingStored, expectTokenOf, NOTE_KEY, setCookie } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { KEY, type Visitor } from './visitor.ts';

const HOUR = 3600_000;

/** What storageControl, which denies what is not disclosed, has said about the module on this page. */
const complaints = ({ page }: Visitor): Promise<string[]> => page.evaluate(() => (window as any).pbjs.getEvents()
  .filter(({ eventType, args }: any) => eventType === 'auctionDebug' && args.type === 'WARNING')
  .map(({ args }: any) => Object.values(args.arguments).join(' '))
  .filter((text: string) => text.includes('storageControl') && text.includes('userId.uid2')));

// Prebid 10 only warns unless told to deny, and 9 has no such module
const config = { storageControl: { enforcement: 'strict' } };
const suite = PREBID_9 ? describe.skip : describe;

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

suite('With storageControl, Prebid\'s own module', () => {
  const world = inBrowser({ prebid: () => bundle('prebid', 'storageControl') });

  it('is denied its storage, as it discloses none', async () => {
    const visitor = await world.open({ config, params: { uid2Token: await world.login() } });
    await visitor.auction();
    expect((await visitor.stored()).localStorage).not.to.have.property(KEY);
    expect((await complaints(visitor)).join()).to.include(KEY);
  });
});
