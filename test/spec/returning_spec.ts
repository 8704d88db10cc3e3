import { expect } from 'chai';
import adapterManager from 'src/adapterManager.js';
import { gdprDataHandler } from 'src/consentHandler.js';
import { asked, clearFaults, fault, optOut } from './support/operator';
import { identity, openPage, setCookie, setTime, store } from './support/page';
import { auction, configure, pbjs, prebidForEach } from './support/prebid';
import { until } from './support/until';

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const everything = () => decodeURIComponent(JSON.stringify([{ ...localStorage }, document.cookie]));

describe('uid2 and what must not come back: after a logout', () => {
  it('a token that was in the config before anything was asked', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.logOut({ uid2Token });
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('a token whose consent was withdrawn then and is given again', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.setConsent({ coppa: true });
    page.ask({ uid2Token });
    page.logOut();
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('a token that the server put into the cookie just before', async () => {
    const [old, next] = [await identity(), await identity()];
    setCookie('login', json(old));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    setCookie('login', json(next));
    page.logOut();
    setCookie('login', json(next));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.equal(undefined);
  });
});

describe('uid2 and what must not come back: from another place', () => {
  it('the tokens of a reader who has opted out', async () => {
    const token = await identity('stale', 'refresh-optout@example.com');
    store({ originalToken: token, latestToken: token }, 'cookie');
    const page = openPage();
    await page.ask().done;
    expect(page.published()).to.deep.equal({ optout: true });
    expect(everything()).to.not.contain(token.refresh_token);
  });
  it('the token of a reader who opted out on a page with another storage', async () => {
    const token = await identity('stale');
    openPage().ask({ uid2Token: token, storage: 'cookie', bidWhileRefreshing: true });
    await optOut(token);
    await openPage().ask({ uid2Token: token }).done;
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(page.published()).to.deep.equal({ optout: true });
  });
  it('the reader before, on a page with another storage', async () => {
    const [before, now] = [await identity(), await identity()];
    openPage().ask({ uid2Token: before, storage: 'cookie' });
    openPage().ask({ uid2Token: now });
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(page.published()).to.deep.equal({ id: now.advertising_token });
  });
  it('the reader before, where the record of the next does not fit', async () => {
    const before = await identity();
    const now = { ...await identity(), advertising_token: 'B'.repeat(3000) };
    openPage().ask({ uid2Token: before, storage: 'cookie' });
    openPage().ask({ uid2Token: now, storage: 'cookie' });
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(page.published()).to.equal(undefined);
  });
  it('the reader before, where the token of the next could not be refreshed', async () => {
    const [before, now] = [await identity(), await identity('expired')];
    openPage().ask({ uid2Token: before });
    await fault({ kind: 'status', status: 503 });
    await openPage().ask({ uid2Token: now }).done;
    const page = openPage();
    page.ask();
    expect(page.published()).to.equal(undefined);
  });
});

describe('uid2 and what must not come back: from Prebid\'s own storage', () => {
  const storage = { type: 'html5', name: 'prebid-uid2', expires: 1 };
  prebidForEach();

  it('a token after a logout', async () => {
    const token = await identity();
    configure({ uid2Token: token }, { storage });
    await auction();
    pbjs.uid2.disconnect();
    expect(everything()).to.not.contain(token.refresh_token).and.not.contain(token.advertising_token);
  });
  it('a token after an opt-out', async () => {
    const token = await identity('stale', 'refresh-optout@example.com');
    configure({ uid2Token: token, bidWhileRefreshing: true }, { storage });
    await auction();
    await until(() => pbjs.getUserIds().uid2?.optout);
    expect(everything()).to.not.contain(token.refresh_token);
  });
  it('a token whose data were to be deleted before the CMP had answered', async () => {
    gdprDataHandler.enable();
    configure({ uid2Token: await identity() });
    (adapterManager as unknown as { callDataDeletionRequest(): void }).callDataDeletionRequest();
    gdprDataHandler.setConsentData({ gdprApplies: false } as never);
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
  });
});

describe('uid2 and a failure that is over', () => {
  it('is not the reason of an opt-out', async () => {
    const uid2Token = await identity('expired', 'refresh-optout@example.com');
    const page = openPage();
    await fault({ kind: 'status', status: 500 });
    await page.ask({ uid2Token }).done;
    await clearFaults();
    await setTime(8e3);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ state: 'optedOut', reason: 'optedOut' });
  });
  it('is not the last error', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    await fault({ kind: 'status', status: 500 });
    await page.ask({ uid2Token }).done;
    await clearFaults();
    await setTime(8e3);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ state: 'fresh', reason: 'ok', lastError: undefined });
  });
  it('holds nobody once another tab has stored a fresh token', async () => {
    const [token, next] = [await identity('expired'), await identity()];
    await fault({ kind: 'hang' });
    store({ originalToken: token, latestToken: token });
    const page = openPage();
    page.ask();
    await until(async () => (await asked()).length);
    store({ originalToken: token, latestToken: next });
    expect(page.ask().held).to.equal(false);
  });
});
