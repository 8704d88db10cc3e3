// Who refreshes a token, and when (R9).
import { expect } from 'chai';
import { gdprDataHandler } from 'src/consentHandler.js';
import { KEY, storeToken } from './support/browser';
import { asked, HOUR, operatorUrl } from './support/operator';
import { identity, idOf, openPage, setTime } from './support/page';
import { auction, configure, prebidForEach } from './support/prebid';
import { hidePage, shadow } from './support/shadow';
import { until } from './support/until';

describe('uid2 refresh', () => {
  it('starts in mid-page when the page asks after refresh_from', async () => {
    const token = await identity();
    const page = openPage();
    page.ask({ uid2Token: token });
    await setTime(2 * HOUR);
    const { held, done } = page.ask({ uid2Token: token });
    expect([held, idOf(page)]).to.deep.equal([true, token.advertising_token]);
    await done;
    expect(idOf(page)).to.be.a('string').and.not.equal(token.advertising_token);
  });
  it('does not start for a stored token that is fresh', async () => {
    openPage().ask({ uid2Token: await identity() });
    openPage().ask();
    expect(await asked()).to.deep.equal([]);
  });
});

describe('uid2 refresh: an insecure page', () => {
  it('asks nobody, as it could not decrypt the answer, and says so', async () => {
    const [expired, stale] = [await identity('expired'), await identity('stale')];
    shadow(crypto, 'subtle');
    const page = openPage();
    await page.ask({ uid2Token: expired }).done;
    expect([page.published(), page.uid2.status().reason]).to.deep.equal([undefined, 'insecure page']);
    await page.ask({ uid2Token: stale }).done;
    expect([idOf(page), page.uid2.status().reason]).to.deep.equal([stale.advertising_token, 'ok']);
    expect(await asked()).to.deep.equal([]);
  });
});

describe('uid2 refresh: a hidden page', () => {
  it('starts for an auction that began before the page was loaded', async () => {
    const uid2Token = await identity('expired');
    hidePage();
    const page = openPage();
    page.uid2.due();
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    const { held, done } = page.ask({ uid2Token });
    expect(held).to.equal(true);
    await done;
  });
  it('does nothing more for an auction that had what it needs', async () => {
    hidePage();
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    expect(page.uid2.due()).to.equal(false);
    await setTime(5 * HOUR);
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect([page.uid2.status().reason, await asked()]).to.deep.equal(['expired', []]);
  });
  /** Another tab has written, hours after a request that an auction of the hidden page has waited for was answered. */
  async function laterNews() {
    const uid2Token = await identity('expired');
    hidePage();
    const page = openPage();
    page.uid2.due();
    await page.ask({ uid2Token }).done;
    await setTime(5 * HOUR);
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    return page.uid2.status().reason;
  }
  it('does nothing more for an auction whose request is answered', async () => {
    expect([await laterNews(), (await asked()).length]).to.deep.equal(['expired', 1]);
  });
  it('does nothing more for an auction whose request is answered, before the lock is given back', async () => {
    const { locks } = navigator;
    let giveBack!: () => void;
    const given = new Promise<void>((resolve) => { giveBack = resolve; });
    shadow(locks, 'query', async () => { await given; return {}; });
    expect(await laterNews()).to.equal('expired');
    giveBack();
  });
  it('goes on for an auction that waits as the page is hidden', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    let isHidden = false;
    await new Promise<void>((resolve) => {
      navigator.locks.request('uid2', async () => {
        resolve();
        await until(() => isHidden);
      });
    });
    const { done } = page.ask({ uid2Token });
    page.uid2.due();
    hidePage();
    document.dispatchEvent(new Event('visibilitychange'));
    isHidden = true;
    await done;
    expect(idOf(page)).to.be.a('string');
  });
});

describe('uid2 refresh: a hidden page in Prebid', () => {
  prebidForEach();

  for (const event of ['pageshow', 'no event']) {
    it(`starts for an auction after the CMP has answered (${event})`, async () => {
      gdprDataHandler.enable();
      const uid2Token = await identity('expired');
      hidePage();
      configure({ uid2Token });
      const run = auction();
      expect(await asked()).to.deep.equal([]);
      if (event === 'pageshow') window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
      gdprDataHandler.setConsentData({ gdprApplies: false } as never);
      expect((await run).ssp.userIdAsEids.length).to.equal(1);
    });
  }
});

describe('uid2 refresh: where Prebid keeps the ID (extendId)', () => {
  const later = (params?: object) =>
    ({ params: { uid2ApiBase: operatorUrl, ...params }, storage: { type: 'html5' } }) as any;

  it('makes no request before Prebid runs its callback', async () => {
    let requests = 0;
    const page = openPage({ fetch: (url, options) => { requests++; return fetch(url, options); } });
    page.uid2.extendId(later({ uid2Token: await identity('expired') }), {});
    expect([requests, await asked()]).to.deep.equal([0, []]);
  });
  it('refreshes an expired token when Prebid runs its callback', async () => {
    const page = openPage();
    const uid2Token = await identity('expired');
    const { callback } = page.uid2.extendId(later({ uid2Token }), {}) as { callback(done: () => void): void };
    await new Promise<void>((resolve) => callback(resolve));
    expect(page.published()).to.have.property('id');
    expect(await asked()).to.have.length(1);
  });
  it('has no callback for a fresh token', async () => {
    const answer = openPage().uid2.extendId(later({ uid2Token: await identity() }), {}) as { callback?: unknown };
    expect(answer.callback).to.equal(undefined);
  });
  it('sends a token that an earlier page has stored', async () => {
    const token = await identity();
    storeToken(token);
    const page = openPage();
    page.uid2.extendId(later(), {});
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
  });
});
