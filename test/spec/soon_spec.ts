// What is written after the browser's task in which Prebid asks, and what others do in between (R2, R3, R6, R14).
import { expect } from 'chai';
import type { Identity } from '../../libraries/uid2Session/identity';
import { KEY, NOTE_KEY, store, stored, storeToken } from './support/browser';
import { EMAIL, expectOwner, USER } from './support/generation';
import { identity, idOf, lateFetch, now, openPage } from './support/page';
import { hidePage } from './support/shadow';

/** A page whose tasks after the browser's are done when told. */
function openBusy(beside = false) {
  const tasks: (() => void)[] = [];
  const page = openPage({ soon: (task) => tasks.push(task), beside });
  return { page, finish: () => tasks.splice(0).forEach((task) => task()) };
}

describe('uid2 after the task in which Prebid asks', () => {
  it('the record is written', async () => {
    const uid2Token = await identity();
    const { page, finish } = openBusy();
    page.ask({ uid2Token });
    expect([idOf(page), stored()]).to.deep.equal([uid2Token.advertising_token, undefined]);
    finish();
    expect(stored()).to.deep.include({ latestToken: uid2Token });
  });
  it('nothing is written after a logout in that very task', async () => {
    const { page, finish } = openBusy();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    finish();
    expect([idOf(page), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('nothing is written after a logout by another Prebid in that task', async () => {
    const uid2Token = await identity();
    const first = openPage();
    first.ask({ uid2Token });
    const { page, finish } = openBusy(true);
    page.ask({ uid2Token });
    first.logOut();
    finish();
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('the note of a logout in between stays as it is', async () => {
    const uid2Token = await identity();
    const first = openPage();
    first.ask({ uid2Token });
    hidePage();
    const { page, finish } = openBusy(true);
    page.ask(USER);
    first.logOut();
    first.leave();
    finish();
    const back = openPage();
    back.ask({ uid2Token });
    expect(back.published()).to.equal(undefined);
  });
  it('the login of another page in between goes on', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token });
    hidePage();
    const late = lateFetch();
    const first = openPage({ fetch: late.fetch });
    const { page, finish } = openBusy(true);
    first.uid2.due();
    const { done } = first.ask(USER);
    page.ask(USER);
    finish();
    late.release();
    await done;
    expect(first.uid2.status().reason).to.equal('ok');
    expectOwner(EMAIL);
  });
  it('the token that another page has refreshed in between stays', async () => {
    const uid2Token = await identity('stale');
    hidePage();
    const { page, finish } = openBusy();
    page.ask({ uid2Token });
    const first = openPage({ beside: true });
    first.uid2.due();
    await first.ask({ uid2Token }).done;
    const fresh = idOf(first);
    finish();
    expect((stored()!.latestToken as Identity).advertising_token).to.equal(fresh).and.not.equal(uid2Token.advertising_token);
  });
  it('a page back from the cache has seen a logout that came before', async () => {
    const uid2Token = await identity();
    storeToken(uid2Token);
    const { page, finish } = openBusy();
    page.ask();
    window.dispatchEvent(new Event('pagehide'));
    localStorage.setItem(NOTE_KEY, JSON.stringify({ since: now() + 1, ended: [], pauses: {} }));
    localStorage.removeItem(KEY);
    window.dispatchEvent(new Event('pageshow'));
    finish();
    expect(page.published()).to.equal(undefined);
  });
});
