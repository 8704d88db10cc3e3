// Later pages of a publisher who has Prebid keep the id: extendId is asked instead of getId.
import { expect } from 'chai';
import { asked, operatorUrl } from './support/operator';
import { identity, openPage, store } from './support/page';

describe('uid2 extendId', () => {
  const later = (params?: object) => ({ params: { uid2ApiBase: operatorUrl, ...params }, storage: { type: 'html5' } }) as any;

  it('makes no request by itself, also for an expired token', async () => {
    let requests = 0;
    const page = openPage({ fetch: (url, options) => { requests++; return fetch(url, options); } });
    page.uid2.extendId(later({ uid2Token: await identity('expired') }), {});
    expect([requests, await asked()]).to.deep.equal([0, []]);
  });
  it('refreshes an expired token when Prebid runs its callback', async () => {
    const page = openPage();
    const { callback } = page.uid2.extendId(later({ uid2Token: await identity('expired') }), {}) as { callback(done: () => void): void };
    await new Promise<void>((resolve) => callback(resolve));
    expect(page.published()).to.have.property('id');
    expect(await asked()).to.have.length(1);
  });
  it('has no callback for a fresh token', async () => {
    const answer = openPage().uid2.extendId(later({ uid2Token: await identity() }), {}) as { callback?: unknown };
    expect(answer.callback).to.equal(undefined);
  });
  it('takes up a token stored by an earlier page', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token });
    const page = openPage();
    page.uid2.extendId(later(), {});
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
  });
});
