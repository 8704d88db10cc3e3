// What reaches bidders and the page, through Prebid itself (R5).
import { expect } from 'chai';
import { config } from 'src/config.js';
import { clearOldIds } from '../../libraries/uid2Session/bids';
import { OPTS_OUT_LATER } from './support/generation';
import { identity } from './support/page';
import { auction, configure, eidOf, pbjs, prebidForEach, PREBIDS_STORAGE } from './support/prebid';

describe('uid2 bidding: the token', () => {
  prebidForEach();

  it('reaches bidders byte for byte, as an eid in every place', async () => {
    const token = await identity();
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
    expect(ssp.ortb2.user!.ext!.eids).to.deep.equal([eidOf(token.advertising_token)]);
  });
  it('is in bidRequest.userId, which Prebid 10 dropped', async () => {
    const token = await identity();
    configure({ uid2Token: token });
    const { ssp, otherSsp } = await auction();
    expect([ssp.userId, otherSsp.userId]).to.deep.equal(Array(2).fill({ uid2: { id: token.advertising_token } }));
  });
  it('is in getUserIds and getUserIdsAsEids', async () => {
    const token = await identity();
    configure({ uid2Token: token });
    expect(await pbjs.getUserIdsAsync()).to.deep.equal({ uid2: { id: token.advertising_token } });
    expect(pbjs.getUserIds()).to.deep.equal({ uid2: { id: token.advertising_token } });
    expect(pbjs.getUserIdsAsEids()).to.deep.equal([eidOf(token.advertising_token)]);
  });
  it('reaches no bidder that the publisher left out, in any form', async () => {
    const token = await identity();
    configure({ uid2Token: token }, { bidders: ['ssp'] });
    const { ssp, otherSsp } = await auction();
    expect(ssp.userId).to.deep.equal({ uid2: { id: token.advertising_token } });
    expect(JSON.stringify(otherSsp)).to.not.contain(token.advertising_token);
    expect(otherSsp.userId).to.equal(undefined);
  });
  it('is sent with Prebid\'s own storage too', async () => {
    const token = await identity();
    configure({ uid2Token: token }, { storage: PREBIDS_STORAGE });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
});

describe('uid2 bidding: without a token', () => {
  prebidForEach();

  it('sends nothing at all', async () => {
    configure({});
    const { ssp } = await auction();
    expect(ssp.userId).to.equal(undefined);
    expect(ssp.userIdAsEids).to.deep.equal([]);
  });
  it('sends no eid and no userId after an opt-out', async () => {
    const token = await identity('expired', OPTS_OUT_LATER);
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(pbjs.getUserIds()).to.deep.equal({ uid2: { optout: true } });
    // Prebid 9 has a userId of its own
    const userId = pbjs.version.startsWith('v9.') ? { uid2: { optout: true } } : undefined;
    expect([ssp.userIdAsEids, ssp.userId, pbjs.getUserIdsAsEids()]).to.deep.equal([[], userId, []]);
  });
});

describe('uid2 bidding: eids of others', () => {
  prebidForEach();

  it('puts a value from the config, as servers set it, into bidRequest.userId', async () => {
    configure({}, { value: { uid2: { id: 'made-and-refreshed-on-the-server' } } });
    const { ssp } = await auction();
    expect(ssp.userId).to.deep.equal({ uid2: { id: 'made-and-refreshed-on-the-server' } });
    expect(ssp.userIdAsEids).to.deep.equal([eidOf('made-and-refreshed-on-the-server')]);
  });
  const ODD = [
    { source: 'uidapi.com' }, { source: 'uidapi.com', uids: [] }, { source: 'uidapi.com', uids: [null] }, null, {},
  ];
  for (const eid of ODD) {
    it(`does not stop the auction if the page's own eids hold ${JSON.stringify(eid)}`, async () => {
      const token = await identity();
      config.setConfig({ ortb2: { user: { ext: { eids: [eid] } } } } as any);
      configure({ uid2Token: token });
      const { ssp } = await auction();
      expect(ssp).to.not.equal(undefined);
    });
  }
  it('stay in the ad units from one auction to the next, where ours goes', () => {
    const theirs = { source: 'theirs.com', uids: [{ id: 'their-id' }] };
    const ours = { source: 'uidapi.com', uids: [{ id: 'old-token' }] };
    const userId = { uid2: { id: 'old-token' }, theirs: 'their-id' };
    const bids = [
      { bidder: 'ssp', userId, userIdAsEids: [theirs, ours] },
      { bidder: 'otherSsp', userIdAsEids: [theirs] },
    ];
    clearOldIds({ adUnits: [{ bids }, {}] });
    expect(bids).to.deep.equal([
      { bidder: 'ssp', userId: { theirs: 'their-id' }, userIdAsEids: [theirs] },
      { bidder: 'otherSsp', userIdAsEids: [theirs] },
    ]);
  });
});
