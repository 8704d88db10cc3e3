// Any number of callers, auctions and pages make one request (R10).
import { expect } from 'chai';
import { latest } from './support/browser';
import { by, EMAIL, USER } from './support/generation';
import { asked, endpoints, fault } from './support/operator';
import { identity, idOf, keepAsking, lateFetch, openPage } from './support/page';
import { auction, configure, prebidForEach } from './support/prebid';
import { until } from './support/until';

describe('uid2 one request: a refresh', () => {
  it('is made however often the page asks', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    await Promise.all([1, 2, 3].map(() => page.ask({ uid2Token }).done));
    expect(await asked()).to.have.length(1);
  });
  it('calls every caller back, each once', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    const asks = [1, 2, 3].map(() => page.ask({ uid2Token }));
    await Promise.all(asks.map(({ done }) => done));
    expect(asks.map(({ calls }) => calls.length)).to.deep.equal([1, 1, 1]);
  });
  it('is shared by a later auction if it hangs, and both end at a logout', async () => {
    const token = await identity('expired');
    await fault({ kind: 'hang' });
    const page = openPage();
    const asks = [page.ask({ uid2Token: token }), page.ask({ uid2Token: token })];
    await until(async () => (await asked()).length);
    page.logOut();
    await Promise.all(asks.map(({ done }) => done));
    expect([asks.map(({ calls }) => calls.length), (await asked()).length]).to.deep.equal([[1, 1], 1]);
  });
});

describe('uid2 one request: in Prebid', () => {
  prebidForEach();

  it('is made for auctions that run at the same time', async () => {
    configure({ uid2Token: await identity('expired') });
    await Promise.all([auction(), auction(), auction()]);
    expect(await asked()).to.have.length(1);
  });
});

describe('uid2 one request: client-side generation', () => {
  it('is made for any number of auctions', async () => {
    const page = openPage();
    const again = keepAsking(page, by(EMAIL));
    await Promise.all([again(), again(), again()]);
    expect([page.uid2.due(), await endpoints()]).to.deep.equal([false, ['client-generate']]);
  });
  it('is made for ten pages, which have the same token', async () => {
    const pages = Array.from({ length: 10 }, () => openPage({ beside: true }));
    await Promise.all(pages.map((page) => page.ask(USER).done));
    expect([new Set(pages.map(idOf)).size, await endpoints()]).to.deep.equal([1, ['client-generate']]);
  });
  it('is made for a page that configures the same twice', async () => {
    const page = openPage();
    const asks = [page.ask(USER), page.ask(USER)];
    await Promise.all(asks.map(({ done }) => done));
    expect([asks.map(({ calls }) => calls.length), idOf(page), await endpoints()])
      .to.deep.equal([[1, 1], latest()!.advertising_token, ['client-generate']]);
  });
  it('calls back both with the same token if the same is configured again before the answer', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask(USER);
    await until(late.arrived);
    const second = page.ask(USER);
    late.release();
    await Promise.all([first.done, second.done]);
    expect([first.calls.length, second.calls.length, idOf(page)]).to.deep.equal([1, 1, latest()!.advertising_token]);
  });
});
