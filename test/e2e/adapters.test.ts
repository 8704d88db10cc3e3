import { expect } from 'chai';
import { bidders } from './ssps.ts';
import { inBrowser } from './support.ts';
import { expectNoUid2 } from './visitor.ts';

// all that parsers of URLs, JSON and base64 could be tempted to change
const ODD = 'AdvertisingToken+/=%2B&?#"\\\'<>;,:~';

describe('Real SSP adapters', () => {
  const world = inBrowser();

  for (const bidder of bidders) {
    it(`${bidder} sends the token byte for byte`, async () => {
      const uid2Token = await world.login();
      const visitor = await world.open({ params: { uid2Token }, bidders: [bidder] });
      expect((await visitor.auction()).uid2).to.deep.equal({ [bidder]: uid2Token.advertising_token });
    });

    it(`${bidder} sends a token of any printable characters byte for byte`, async () => {
      const uid2Token = { ...await world.login(), advertising_token: ODD };
      const visitor = await world.open({ params: { uid2Token }, bidders: [bidder] });
      expect((await visitor.auction()).uid2).to.deep.equal({ [bidder]: ODD });
    });
  }

  it('send nothing of UID2 without a login', async () => {
    const visitor = await world.open({ bidders });
    expectNoUid2(await visitor.auction());
  });

  it('send nothing of UID2 to a bidder that the publisher keeps it from', async () => {
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token }, bidders: ['appnexus', 'theadx', 'pubmatic'], only: ['appnexus'] });
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: uid2Token.advertising_token, theadx: undefined, pubmatic: undefined });
  });
});
