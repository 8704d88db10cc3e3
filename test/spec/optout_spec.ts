// An opt-out ends the refresh chain: tokens are erased, the fact is kept for 72 hours (R15).
import { expect } from 'chai';
import { cookie, everythingKept, KEY, store, stored, storeToken } from './support/browser';
import {
  EMAIL, OPTED_OUT, OPTS_OUT_LATER, by, USER, expectOwner, generated, prebidsRecord,
} from './support/generation';
import { AGE, asked, endpoints, HOUR, optOut } from './support/operator';
import { identity, idOf, openPage, setTime } from './support/page';
import { auction, configure, eidOf, pbjs, prebidForEach, PREBIDS_STORAGE } from './support/prebid';
import { fullWhile } from './support/storages';
import { until } from './support/until';

/** A page after the operator has answered a refresh with an opt-out. */
async function optedOut(params: object = {}) {
  const token = await identity('expired', OPTS_OUT_LATER);
  const page = openPage();
  await page.ask({ uid2Token: token, ...params }).done;
  return { token, page };
}

describe('uid2 opt-out: the tokens', () => {
  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`are erased, and the fact is kept (${storage})`, async () => {
      const { token, page } = await optedOut({ storage });
      const text = storage === 'cookie' ? cookie(KEY)! : localStorage.getItem(KEY)!;
      expect([page.published(), JSON.parse(text).latestToken]).to.deep.equal([{ optout: true }, 'optout']);
      expect(text).to.not.contain(token.refresh_token).and.not.contain(token.refresh_response_key);
    });
  }
  it('are erased for a stored reader, with nothing supplied', async () => {
    const token = await identity('stale');
    storeToken(token);
    await optOut(token);
    const page = openPage();
    await page.ask().done;
    expect(page.published()).to.deep.equal({ optout: true });
    expect(localStorage.getItem(KEY)).to.not.contain(token.refresh_token).and.not.contain(token.refresh_response_key);
  });
  it('are erased in a record without owner', async () => {
    const token = await identity('stale');
    store({ latestToken: token });
    await optOut(token);
    const page = openPage();
    await page.ask().done;
    expect([page.published(), stored()!.latestToken]).to.deep.equal([{ optout: true }, 'optout']);
  });
  it('are erased in another place than the page uses', async () => {
    const token = await identity('stale', OPTS_OUT_LATER);
    storeToken(token, 'cookie');
    const page = openPage();
    await page.ask().done;
    expect(page.published()).to.deep.equal({ optout: true });
    expect(everythingKept()).to.not.contain(token.refresh_token);
  });
});

describe('uid2 opt-out: the fact', () => {
  it('is known to a page that had a stale token in use', async () => {
    const token = await identity('stale');
    await optOut(token);
    const page = openPage();
    const { done } = page.ask({ uid2Token: token });
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
    await done;
    expect(page.published()).to.deep.equal({ optout: true });
  });
  it('is known on this page and the next ones for 72 hours, without a request', async () => {
    const { token, page } = await optedOut();
    for (const hours of [0, 1, 24, 71]) {
      await setTime(hours * HOUR);
      page.ask({ uid2Token: token });
      const next = openPage({ beside: true });
      expect([next.ask({ uid2Token: token }).held, next.published()], `${hours} h`)
        .to.deep.equal([false, { optout: true }]);
    }
    expect(await asked()).to.have.length(1);
  });
  it('is known on the next page without a supplied token', async () => {
    await optedOut();
    const next = openPage();
    next.ask();
    expect(next.published()).to.deep.equal({ optout: true });
  });
  it('is known on a page with another storage', async () => {
    const token = await identity('stale');
    openPage().ask({ uid2Token: token, storage: 'cookie', bidWhileRefreshing: true });
    await optOut(token);
    await openPage().ask({ uid2Token: token }).done;
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(page.published()).to.deep.equal({ optout: true });
  });
  it('is known in a tab that has refreshed more often than it could store', async () => {
    const uid2Token = await identity('stale');
    let isFull = false;
    const storage = fullWhile((key) => isFull && key === KEY);
    const ahead = openPage({ storage });
    const given = { uid2Token };
    await ahead.ask(given).done;
    isFull = true;
    for (const hours of [2, 4]) {
      await setTime(hours * HOUR);
      await ahead.ask(given).done;
    }
    await optOut(uid2Token);
    const asker = openPage({ beside: true });
    await asker.ask(given).done;
    expect(asker.published()).to.deep.equal({ optout: true });
    isFull = false;
    ahead.uid2.due();
    expect(ahead.published()).to.deep.equal({ optout: true });
    asker.uid2.due();
    expect(asker.published()).to.deep.equal({ optout: true });
  });
});

describe('uid2 opt-out: written by Prebid\'s own module', () => {
  it('is respected', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: 'optout' });
    const page = openPage();
    page.ask({ uid2Token: token });
    expect([page.published(), await asked()]).to.deep.equal([{ optout: true }, []]);
  });
  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`ends 72 hours after we have seen it in ${storage}`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: 'optout' }, storage);
      const given = { uid2Token: token, storage };
      const page = openPage();
      page.ask(given);
      const { updated } = stored(storage)!;
      expect(page.published()).to.deep.equal({ optout: true });
      expect(updated).to.be.closeTo(Date.now(), HOUR);
      await setTime(71 * HOUR);
      const later = openPage();
      later.ask(given);
      expect([later.published(), stored(storage)!.updated]).to.deep.equal([{ optout: true }, updated]);
      await setTime(73 * HOUR);
      const last = openPage();
      await last.ask(given).done;
      expect(last.published()).to.have.property('id');
    });
  }
});

describe('uid2 opt-out: the end', () => {
  it('is forgotten after 72 hours', async () => {
    const { token } = await optedOut();
    await setTime(73 * HOUR);
    const next = openPage();
    next.ask();
    expect(next.published()).to.equal(undefined);
    const { done } = next.ask({ uid2Token: token });
    await done;
    expect(await asked()).to.have.length(2);
  });
  it('is forgotten with another reader', async () => {
    await optedOut();
    const token = await identity();
    const next = openPage();
    next.ask({ uid2Token: token });
    expect([next.published(), stored()!.latestToken]).to.deep.equal([{ id: token.advertising_token }, token]);
  });
  it('is forgotten at a logout', async () => {
    const { page } = await optedOut();
    page.logOut();
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
});

describe('uid2 opt-out: client-side generation', () => {
  it('reaches bidders, and is all that is kept', async () => {
    const page = openPage();
    const { done, calls } = page.ask(by(OPTED_OUT));
    await done;
    expect([calls.length, page.published(), page.uid2.status().reason])
      .to.deep.equal([1, { optout: true }, 'optedOut']);
    expect(stored()).to.have.all.keys('answers', 'latestToken', 'login', 'originalIdentity', 'updated')
      .and.include({ latestToken: 'optout' });
    expectOwner(OPTED_OUT);
  });
  it('makes no request for 72 hours', async () => {
    await openPage().ask(by(OPTED_OUT)).done;
    for (const hours of [0, 1, 24, 71]) {
      await setTime(hours * HOUR);
      const page = openPage();
      const { held } = page.ask(by(OPTED_OUT));
      expect([held, page.published()], `${hours} h`).to.deep.equal([false, { optout: true }]);
    }
    expect(await endpoints()).to.deep.equal(['client-generate']);
  });
  it('makes a request after 72 hours', async () => {
    await openPage().ask(by(OPTED_OUT)).done;
    await setTime(73 * HOUR);
    const page = openPage();
    const { held, done } = page.ask(by(OPTED_OUT));
    await done;
    expect([held, page.published(), await endpoints()])
      .to.deep.equal([true, { optout: true }, ['client-generate', 'client-generate']]);
  });
  it('does not concern another reader, who has a token at once', async () => {
    const page = openPage();
    await page.ask(by(OPTED_OUT)).done;
    const { held, done } = page.ask(USER);
    expect([held, page.published()]).to.deep.equal([true, undefined]);
    await done;
    expect(idOf(page)).to.be.a('string');
  });
  it('at a refresh is an opt-out of that reader too', async () => {
    const user = by(OPTS_OUT_LATER);
    await generated(user);
    await setTime(AGE.expired);
    await openPage().ask(user).done;
    const page = openPage();
    expect([page.ask(user).held, page.published(), await endpoints()])
      .to.deep.equal([false, { optout: true }, ['refresh']]);
  });
  it('written by Prebid\'s own module is respected', async () => {
    store(prebidsRecord(EMAIL, { latestToken: 'optout' }));
    const page = openPage();
    page.ask(USER);
    expect([page.published(), await endpoints()]).to.deep.equal([{ optout: true }, []]);
  });
});

describe('uid2 opt-out: in Prebid', () => {
  prebidForEach();

  it('takes the token away in mid-page', async () => {
    const token = await identity('stale');
    await optOut(token);
    configure({ uid2Token: token, bidWhileRefreshing: true });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
    await until(() => pbjs.getUserIdsAsEids().length === 0);
    expect(pbjs.getUserIds()).to.deep.equal({ uid2: { optout: true } });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
  });
  it('leaves no token in Prebid\'s own storage', async () => {
    const token = await identity('stale', OPTS_OUT_LATER);
    configure({ uid2Token: token, bidWhileRefreshing: true }, { storage: PREBIDS_STORAGE });
    await auction();
    await until(() => pbjs.getUserIds().uid2?.optout);
    expect(everythingKept()).to.not.contain(token.refresh_token);
  });
});
