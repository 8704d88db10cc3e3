// What is sent is decided at the moment it is read (R6).
import { expect } from 'chai';
import { config } from 'src/config.js';
import { KEY, SDK_KEY } from './support/browser';
import { asked, clearFaults, fault, HOUR, operatorUrl } from './support/operator';
import { until } from './support/until';
import { identity, openPage, setTime } from './support/page';
import { auction, configure, eidOf, pbjs, prebidForEach } from './support/prebid';

describe('uid2 live', () => {
  it('sends a token until it expires, and not a moment longer', async () => {
    const token = await identity();
    const page = openPage();
    page.ask({ uid2Token: token });
    const ids = page.uid2.decode();
    await setTime(4 * HOUR - 60e3);
    expect(ids.uid2).to.deep.equal({ id: token.advertising_token });
    await setTime(4 * HOUR + 1);
    expect([ids.uid2, page.published()]).to.deep.equal([undefined, undefined]);
  });
  it('sends the refreshed token from the moment it is there', async () => {
    const token = await identity('expired');
    const page = openPage();
    const { done } = page.ask({ uid2Token: token });
    const ids = page.uid2.decode();
    expect(ids.uid2).to.equal(undefined);
    await done;
    expect(ids.uid2).to.have.property('id').that.is.not.equal(token.advertising_token);
  });
  it('sends no token of UID2\'s own SDK that another tab has just removed', async () => {
    localStorage.setItem(SDK_KEY, JSON.stringify(await identity()));
    const page = openPage();
    page.ask();
    const before = page.published();
    localStorage.removeItem(SDK_KEY);
    window.dispatchEvent(new StorageEvent('storage', { key: SDK_KEY }));
    expect([before === undefined, page.published()]).to.deep.equal([false, undefined]);
  });
  it('has the property uid2 in what decode returns, so that Prebid sees it', () => {
    expect(Object.keys(openPage().uid2.decode())).to.deep.equal(['uid2']);
  });
});

describe('uid2 live: a new config in Prebid', () => {
  prebidForEach();

  it('gives the next auction its token', async () => {
    configure({});
    await auction();
    const token = await identity();
    configure({ uid2Token: token });
    await pbjs.refreshUserIds();
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
  it('keeps to the token of mergeConfig when something else is configured', async () => {
    const [first, second] = [await identity(), await identity()];
    configure({ uid2Token: first });
    await auction();
    const merged = { name: 'uid2', params: { uid2ApiBase: operatorUrl, uid2Token: second } };
    pbjs.mergeConfig({ userSync: { userIds: [merged] } });
    pbjs.setConfig({ userSync: { syncDelay: 1 } });
    await pbjs.refreshUserIds();
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(second.advertising_token)]);
  });
  it('without uid2 changes nothing, as Prebid retains what was configured', async () => {
    const token = await identity();
    configure({ uid2Token: token });
    await auction();
    config.setConfig({ userSync: { userIds: [{ name: 'pubCommonId' }] } } as any);
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
    expect(pbjs.uid2.status()).to.include({ state: 'fresh', reason: 'ok' });
  });
  for (const userIds of [[], [{ name: 'pubCommonId' }]]) {
    for (const how of ['setConfig', 'mergeConfig'] as const) {
      it(`without uid2 (${JSON.stringify(userIds)}) and retainConfig: false is off, and ${how} with a reader is enough to be on again`, async () => {
        const [first, second] = [await identity(), await identity()];
        configure({ uid2Token: first });
        await auction();
        config.setConfig({ userSync: { retainConfig: false, userIds } } as any);
        expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
        for (const uid2Token of [first, second]) {
          pbjs[how]({ userSync: { userIds: [{ name: 'uid2', params: { uid2ApiBase: operatorUrl, uid2Token } }] } });
          expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(uid2Token.advertising_token)]);
        }
      });
    }
  }
  it('without uid2 and retainConfig: false stays off, though Prebid asks again for what it has kept', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    config.setConfig({ userSync: { retainConfig: false, userIds: [] } } as any);
    await pbjs.refreshUserIds();
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
    expect(pbjs.uid2.status()).to.include({ state: 'none', reason: 'notConfigured' });
  });
  it('without uid2 and retainConfig: false ends holds, requests and bids, and keeps what is stored', async () => {
    await fault({ kind: 'hang' });
    configure({ uid2Token: await identity('stale'), bidWhileRefreshing: true });
    expect((await auction()).ssp.userIdAsEids).to.have.length(1);
    await clearFaults();
    await until(async () => (await asked()).length > 0);
    config.setConfig({ userSync: { retainConfig: false, auctionDelay: 60e3, userIds: [{ name: 'pubCommonId' }] } } as any);
    window.dispatchEvent(new Event('pageshow'));
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
    expect(pbjs.uid2.status()).to.include({ state: 'none', reason: 'notConfigured' });
    expect(await asked()).to.have.length(1);
    expect(localStorage.getItem(KEY)).to.be.a('string');
  });
});
