// An auction waits for us only when it helps, and is looked at again before it runs (R7, R8).
import { expect } from 'chai';
import sinon from 'sinon';
import { config } from 'src/config.js';
import { attachIdSystem, init } from 'modules/userId/index.js';
import { uid2IdSubmodule } from '../../modules/uid2IdSystem';
import { setCookie, store, stored, storeToken, urlEncoded } from './support/browser';
import { asked, fault, HOUR } from './support/operator';
import { identity, idOf, lateFetch, openPage, setTime } from './support/page';
import { auction, configure, eidOf, pbjs, prebidForEach, PREBIDS_STORAGE } from './support/prebid';
import { until } from './support/until';

describe('uid2 hold: in Prebid', () => {
  prebidForEach();

  it('lasts until an expired token is refreshed', async () => {
    const token = await identity('expired');
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(ssp.userId!.uid2!.id)
      .to.equal((stored()!.latestToken as typeof token).advertising_token).and.not.equal(token.advertising_token);
  });
  it('lasts until a stale token is refreshed', async () => {
    const token = await identity('stale');
    configure({ uid2Token: token });
    const { ssp } = await auction();
    expect(ssp.userId!.uid2!.id).to.be.a('string').and.not.equal(token.advertising_token);
  });
  it('is none with bidWhileRefreshing, and the new token is sent as soon as it is there', async () => {
    const token = await identity('stale');
    configure({ uid2Token: token, bidWhileRefreshing: true });
    const { ssp } = await auction();
    expect(ssp.userId!.uid2!.id).to.equal(token.advertising_token);
    await until(() => pbjs.getUserIds().uid2.id !== token.advertising_token);
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(pbjs.getUserIds().uid2.id)]);
  });
  it('ends without a token as soon as the operator has failed', async () => {
    await fault({ kind: 'status', status: 500 });
    configure({ uid2Token: await identity('expired') });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([]);
  });
  it('ends with the stale token as soon as the operator has failed', async () => {
    const token = await identity('stale');
    await fault({ kind: 'close' });
    configure({ uid2Token: token });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
  it('ends at a logout', async () => {
    await fault({ kind: 'hang' });
    configure({ uid2Token: await identity('expired') });
    const running = auction();
    await until(async () => (await asked()).length);
    pbjs.uid2.disconnect();
    expect((await running).ssp.userIdAsEids).to.deep.equal([]);
  });
});

describe('uid2 hold: for another reader', () => {
  it('does not wait for news of other tabs, though the request for the reader before has the lock', async () => {
    await fault({ kind: 'hang', times: 1 });
    const page = openPage();
    page.ask({ uid2Token: await identity('expired') });
    await until(async () => (await asked()).length);
    const uid2Token = await identity('expired');
    // such a wait would not end
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      await page.ask({ uid2Token }).done;
    } finally {
      clock.restore();
    }
    expect(idOf(page)).to.be.a('string').and.not.equal(uid2Token.advertising_token);
  });
});

describe('uid2 hold: before every auction', () => {
  it('begins if a refresh is due', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    expect(page.uid2.due()).to.equal(false);
    await setTime(2 * HOUR);
    expect(page.uid2.due()).to.equal(true);
  });
  it('begins if the page comes back with a stale token', async () => {
    const uid2Token = await identity();
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    page.ask({ uid2Token });
    await setTime(2 * HOUR);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    const due = page.uid2.due();
    late.release();
    expect(due).to.equal(true);
  });
  it('is none if another tab has stored a fresh token', async () => {
    const [token, next] = [await identity('expired'), await identity()];
    await fault({ kind: 'hang' });
    storeToken(token);
    const page = openPage();
    page.ask();
    await until(async () => (await asked()).length);
    store({ originalToken: token, latestToken: next });
    expect(page.ask().held).to.equal(false);
  });
});

describe('uid2 hold: before every auction in Prebid', () => {
  prebidForEach();

  it('refreshes an expired token that the publisher\'s cookie has got in mid-page', async () => {
    setCookie('login', urlEncoded(await identity()));
    configure({ uid2Cookie: 'login' });
    await auction();
    const token = await identity('expired');
    setCookie('login', urlEncoded(token));
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.have.length(1);
    expect(ssp.userIdAsEids[0].uids[0].id).to.equal((stored()!.latestToken as typeof token).advertising_token);
    expect(stored()!.originalToken!.advertising_token).to.equal(token.advertising_token);
  });
  it('refreshes before the first auction if Prebid keeps the ID and asks for no new one', async () => {
    const first = await identity();
    storeToken(first);
    configure({}, { storage: PREBIDS_STORAGE });
    await auction();
    config.resetConfig(); // the next page
    init(config);
    attachIdSystem(uid2IdSubmodule);
    const token = await identity('expired');
    storeToken(token);
    configure({}, { storage: PREBIDS_STORAGE });
    const { ssp } = await auction();
    expect((await asked()).length).to.equal(1);
    expect(ssp.userIdAsEids).to.deep.equal([eidOf((stored()!.latestToken as typeof token).advertising_token)]);
  });
});

describe('uid2 hold: an operator that hangs', () => {
  afterEach(() => sinon.restore());

  it('ends after five seconds', async () => {
    const token = await identity('expired');
    await fault({ kind: 'hang' });
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const page = openPage();
    const { done, calls } = page.ask({ uid2Token: token });
    await until(async () => (await asked()).length);
    clock.tick(4900);
    await asked();
    expect(calls).to.deep.equal([]);
    clock.tick(100);
    await done;
    expect([calls.length, page.uid2.status().reason]).to.deep.equal([1, 'network']);
  });
  it('ends after five seconds if the answer has begun', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let begun = false;
    const endless = async (_url: string, { signal }: RequestInit) => {
      const body = new ReadableStream({
        start: (controller) => signal!.addEventListener('abort', () => controller.error(signal!.reason)),
      });
      begun = true;
      return new Response(body);
    };
    const page = openPage({ fetch: endless });
    const { done, calls } = page.ask({ uid2Token: await identity('expired') });
    await until(() => begun);
    clock.tick(5000);
    await done;
    expect([calls.length, page.uid2.status().reason]).to.deep.equal([1, 'network']);
  });
});
