// R14: what the note tells of a reader.
import { expect } from 'chai';
import { bundle } from './bundle.ts';
import { servePage } from './pageServer.ts';
import { NOTE_KEY } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';

describe('The note (R14)', () => {
  const world = inBrowser();
  let other: Awaited<ReturnType<typeof servePage>>;

  before(async () => { other = await servePage(() => bundle(), {}, true); });
  after(() => other.close());

  /** What a site of this address notes of a token that is logged out, and of a reader whose address the operator refuses. */
  async function noted(url: string, params: object): Promise<{ ended: string[]; pauses: string[] }> {
    const page = await world.page();
    await page.goto(url);
    await page.evaluate(async (given) => {
      const { pbjs } = window as any;
      pbjs.setConfig({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params: given }] } });
      await pbjs.getUserIdsAsync();
    }, { uid2ApiBase: world.operator.url, ...params });
    if (!('email' in params)) await page.evaluate(() => (window as any).pbjs.uid2.disconnect());
    const note = await page.waitForFunction((key) => JSON.parse(localStorage.getItem(key) ?? 'null'), NOTE_KEY);
    const { ended, pauses } = await note.jsonValue() as { ended: string[]; pauses: object };
    await page.evaluate(() => localStorage.clear());
    return { ended, pauses: Object.keys(pauses) };
  }

  it('has short hashes of ended tokens, which are others on another site', async () => {
    const uid2Token = await world.login();
    const [{ ended: ours }, { ended: theirs }] = [await noted(world.url, { uid2Token }), await noted(other.url, { uid2Token })];
    for (const ended of [ours, theirs]) expect(ended.join()).to.match(/^\d{8}$/);
    expect(ours).not.to.deep.equal(theirs);
  });

  it('has short hashes of readers for whom the operator was asked in vain, which are others on another site', async () => {
    const { serverPublicKey, subscriptionId } = world.operator.cstg;
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500, times: 2 });
    const params = { serverPublicKey, subscriptionId, email: EMAIL };
    const [{ pauses: ours }, { pauses: theirs }] = [await noted(world.url, params), await noted(other.url, params)];
    for (const pauses of [ours, theirs]) expect(pauses.join()).to.match(/^g\d{8}$/);
    expect(ours).not.to.deep.equal(theirs);
  });
});
