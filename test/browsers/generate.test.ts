import { expect } from 'chai';
import { EMAIL, inEngine } from './world.ts';

describe('Client-side generation', () => {
  const world = inEngine();
  const params = () => ({ ...world.operator.cstg, email: EMAIL });

  // only the operator can read a token
  const isOfOperator = async (token: unknown) => {
    const body = JSON.stringify({ advertising_token: token });
    return (await fetch(`${world.operator.url}/admin/optout`, { method: 'POST', body })).ok;
  };

  it('makes a token of the operator\'s with the browser\'s cryptography, once for two tabs', async () => {
    const page = await world.open(params());
    const bid = await page.auction();
    expect(await (await world.open(params())).auction()).to.equal(bid);
    expect(world.requests('client-generate')).to.have.length(1);
    expect(await isOfOperator(bid)).to.equal(true);
    expect(await isOfOperator('A4AAAA')).to.equal(false);
  });

  it('of a reader who has opted out: nothing is in the bids, now and on the next page', async () => {
    world.operator.admin.optOut({ email: EMAIL });
    const page = await world.open(params());
    expect(await page.auction()).to.equal(undefined);
    await page.load(params());
    expect(await page.auction()).to.equal(undefined);
    expect((await page.status()).reason).to.equal('optedOut');
    expect(world.requests('client-generate')).to.have.length(1);
  });
});
