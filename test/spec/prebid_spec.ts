// Bidding through Prebid itself: what bidders, pages and auctions get (R5, R6, R7, R8).
import { expect } from 'chai';
import adapterManager from 'src/adapterManager.js';
import { config } from 'src/config.js';
import { init, attachIdSystem } from 'modules/userId/index.js';
import { uid2IdSubmodule } from '../../modules/uid2IdSystem';
import { asked, fault, optOut } from './support/operator';
import { identity, setCookie, store, stored } from './support/page';
import { auction, configure, pbjs, prebidForEach } from './support/prebid';
import { until } from './support/until';

const eidOf = (id: string) => ({ source: 'uidapi.com', uids: [{ id, atype: 3 }] });

describe('uid2 in Prebid: what is sent', () => {
  prebidForEach();

  it('reaches bidders byte for byte, as eid in every place', async () => {
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
  it('goes to no bidder that the publisher left out, in no form', async () => {
    const token = await identity();
    configure({ uid2Token: token }, { bidders: ['ssp'] });
    const { ssp, otherSsp } = await auction();
    expect(ssp.userId).to.deep.equal({ uid2: { id: token.advertising_token } });
    expect(JSON.stringify(otherSsp)).to.not.contain(token.advertising_token);
    expect(otherSsp.userId).to.equal(undefined);
  });
  it('is nothing at all where there is no token', async () => {
    configure({});
    const { ssp } = await auction();
    expect(ssp.userId).to.equal(undefined);
    expect(ssp.userIdAsEids).to.deep.equal([]);
  });
  it('is no eid after an opt-out, and no userId', async () => {
    const token = await identity('expired', 'refresh-optout@example.com');
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(pbjs.getUserIds()).to.deep.equal({ uid2: { optout: true } });
    // Prebid 9 has a userId of its own
    const userId = pbjs.version.startsWith('v9.') ? { uid2: { optout: true } } : undefined;
    expect([ssp.userIdAsEids, ssp.userId, pbjs.getUserIdsAsEids()]).to.deep.equal([[], userId, []]);
  });
  it('is there with storage of Prebid\'s own, too', async () => {
    const token = await identity();
    configure({ uid2Token: token }, { storage: { type: 'html5', name: 'prebid-uid2', expires: 1 } });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
});

describe('uid2 in Prebid: beside other sources', () => {
  prebidForEach();

  it('is in bidRequest.userId for a value in the config, as servers put it there', async () => {
    configure({}, { value: { uid2: { id: 'made-and-refreshed-on-the-server' } } });
    const { ssp } = await auction();
    expect(ssp.userId).to.deep.equal({ uid2: { id: 'made-and-refreshed-on-the-server' } });
    expect(ssp.userIdAsEids).to.deep.equal([eidOf('made-and-refreshed-on-the-server')]);
  });
  for (const eid of [{ source: 'uidapi.com' }, { source: 'uidapi.com', uids: [] }, { source: 'uidapi.com', uids: [null] }, null, {}]) {
    it(`lets the auction go where the page's own eids hold ${JSON.stringify(eid)}`, async () => {
      const token = await identity();
      config.setConfig({ ortb2: { user: { ext: { eids: [eid] } } } } as any);
      configure({ uid2Token: token });
      const { ssp } = await auction();
      expect(ssp).to.not.equal(undefined);
    });
  }
});

describe('uid2 in Prebid: when it is sent', () => {
  prebidForEach();

  it('holds the auction until an expired token is refreshed', async () => {
    const token = await identity('expired');
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(ssp.userId!.uid2!.id).to.equal((stored()!.latestToken as typeof token).advertising_token).and.not.equal(token.advertising_token);
  });
  it('holds the auction until a stale token is refreshed', async () => {
    const token = await identity('stale');
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(ssp.userId!.uid2!.id).to.be.a('string').and.not.equal(token.advertising_token);
  });
  it('sends a stale token at once with bidWhileRefreshing, and the new one as soon as it is there', async () => {
    const token = await identity('stale');
    configure({ uid2Token: token, bidWhileRefreshing: true });
    const { ssp } = await auction();
    expect(ssp.userId!.uid2!.id).to.equal(token.advertising_token);
    await until(() => pbjs.getUserIds().uid2.id !== token.advertising_token);
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(pbjs.getUserIds().uid2.id)]);
  });
  it('releases the auction as soon as the operator has failed, without a token', async () => {
    await fault({ kind: 'status', status: 500 });
    configure({ uid2Token: await identity('expired') });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([]);
  });
  it('releases the auction with the stale token where the operator has failed', async () => {
    const token = await identity('stale');
    await fault({ kind: 'close' });
    configure({ uid2Token: token });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
  it('releases the auction at a logout', async () => {
    await fault({ kind: 'hang' });
    configure({ uid2Token: await identity('expired') });
    const running = auction();
    await until(async () => (await asked()).length);
    pbjs.uid2.disconnect();
    expect((await running).ssp.userIdAsEids).to.deep.equal([]);
  });
  it('asks the operator once for auctions that run at the same time', async () => {
    configure({ uid2Token: await identity('expired') });
    await Promise.all([auction(), auction(), auction()]);
    expect(await asked()).to.have.length(1);
  });
  it('refreshes a token that the publisher\'s cookie has got since the page was loaded, before the next auction', async () => {
    setCookie('login', encodeURIComponent(JSON.stringify(await identity())));
    configure({ uid2Cookie: 'login' });
    await auction();
    const token = await identity('expired');
    setCookie('login', encodeURIComponent(JSON.stringify(token)));
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.have.length(1);
    expect(ssp.userIdAsEids[0].uids[0].id).to.equal((stored()!.latestToken as typeof token).advertising_token);
    expect(stored()!.originalToken!.advertising_token).to.equal(token.advertising_token);
  });
  it('refreshes before the first auction, where Prebid keeps the id itself and asks for no new one', async () => {
    const storage = { type: 'html5', name: 'prebid-uid2', expires: 1 };
    const first = await identity();
    store({ originalToken: first, latestToken: first });
    configure({}, { storage });
    await auction();
    config.resetConfig(); // the next page
    init(config);
    attachIdSystem(uid2IdSubmodule);
    const token = await identity('expired');
    store({ originalToken: token, latestToken: token });
    configure({}, { storage });
    const { ssp } = await auction();
    expect((await asked()).length).to.equal(1);
    expect(ssp.userIdAsEids).to.deep.equal([eidOf((stored()!.latestToken as typeof token).advertising_token)]);
  });
  it('takes a token from a later setConfig', async () => {
    configure({});
    await auction();
    const token = await identity();
    configure({ uid2Token: token });
    await pbjs.refreshUserIds();
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
});

describe('uid2 in Prebid: when it is gone', () => {
  prebidForEach();
  const nowhere = async () => {
    expect(pbjs.getUserIds()).to.deep.equal({});
    expect(pbjs.getUserIdsAsEids()).to.deep.equal([]);
    const { ssp } = await auction();
    expect([ssp.userIdAsEids, ssp.userId, ssp.ortb2.user?.ext?.eids ?? []]).to.deep.equal([[], undefined, []]);
  };

  it('is gone from everywhere at a logout', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    pbjs.uid2.disconnect();
    await nowhere();
  });
  it('is not brought back by refreshUserIds after a logout', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    pbjs.uid2.disconnect();
    await pbjs.refreshUserIds();
    await nowhere();
  });
  it('is gone at a data deletion request, with the publisher\'s cookie', async () => {
    setCookie('login', encodeURIComponent(JSON.stringify(await identity())));
    configure({ uid2Cookie: 'login' });
    await auction();
    (adapterManager as any).callDataDeletionRequest();
    await nowhere();
    expect([document.cookie.includes('login='), stored()]).to.deep.equal([false, undefined]);
  });
  it('is back with another token after a logout', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    pbjs.uid2.disconnect();
    const token = await identity();
    configure({ uid2Token: token });
    await pbjs.refreshUserIds();
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
  it('is gone when the operator says that the user has opted out', async () => {
    const token = await identity('stale');
    await optOut(token);
    configure({ uid2Token: token, bidWhileRefreshing: true });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
    await until(() => pbjs.getUserIdsAsEids().length === 0);
    expect(pbjs.getUserIds()).to.deep.equal({ uid2: { optout: true } });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
  });
});
