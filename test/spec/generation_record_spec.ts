// Whose record it is: readers whom the page names by an address or phone number (R2).
import { expect } from 'chai';
import type { Identity } from '../../libraries/uid2Session/identity';
import { KEY, latest, store, stored } from './support/browser';
import { by, EMAIL, expectOwner, failing, generated, OTHER, PHONE, prebidsRecord, USER } from './support/generation';
import { AGE, cstg, endpoints } from './support/operator';
import { identity, idOf, lateFetch, openPage, setTime } from './support/page';
import { until } from './support/until';

describe('uid2 generation: the record of the same reader', () => {
  it('is used without a request', async () => {
    const { id } = await generated();
    const page = openPage();
    const { held } = page.ask(USER);
    expect([held, idOf(page), await endpoints()]).to.deep.equal([false, id, []]);
  });
  it('is used without a request if the e-mail address is spelled differently', async () => {
    const { id } = await generated();
    const page = openPage();
    page.ask(by(' USER@Example.com'));
    expect([idOf(page), await endpoints()]).to.deep.equal([id, []]);
  });
  it('is used if the page names nobody', async () => {
    const { id } = await generated();
    const page = openPage();
    page.ask(cstg);
    expect([idOf(page), page.uid2.status().source]).to.deep.equal([id, 'stored']);
  });
  for (const [age, wanted] of [['stale', 'refresh'], ['expired', 'refresh'], ['dead', 'client-generate']] as const) {
    const what = wanted === 'refresh' ? 'refresh' : 'new token';
    it(`asks for a ${what} if its token is ${age}, and stays that reader's`, async () => {
      const { id } = await generated();
      await setTime(AGE[age]);
      const page = openPage();
      const { held, done } = page.ask(USER);
      expect([held, idOf(page)]).to.deep.equal([true, age === 'stale' ? id : undefined]);
      await done;
      expect(idOf(page)).to.be.a('string').and.not.equal(id);
      expect(await endpoints()).to.deep.equal([wanted]);
      expectOwner(EMAIL);
    });
  }
  it('is used if Prebid\'s own module has written it', async () => {
    await generated();
    const { latestToken } = stored()!;
    store(prebidsRecord(EMAIL, { latestToken }));
    const page = openPage();
    page.ask(USER);
    expect([idOf(page), await endpoints()]).to.deep.equal([(latestToken as Identity).advertising_token, []]);
  });
  const CORRUPT = [
    ['no salt', '{"originalIdentity":{"identity":1}'],
    ['no identity', '{"originalIdentity":7'],
    ['nothing', '{"originalIdentity":null'],
  ];
  for (const [title, text] of CORRUPT) {
    it(`is replaced if its owner is corrupt: ${title}`, async () => {
      await generated();
      localStorage.setItem(KEY, `${text},"latestToken":${JSON.stringify(latest())}}`);
      await generated();
      expectOwner(EMAIL);
    });
  }
});

describe('uid2 generation: the record of another reader', () => {
  it('is not sent, and is removed at once', async () => {
    const { id } = await generated();
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { held, done } = page.ask(by(OTHER));
    expect([held, page.published(), stored()]).to.deep.equal([true, undefined, undefined]);
    await until(late.arrived);
    late.release();
    await done;
    expect(idOf(page)).to.be.a('string').and.not.equal(id);
    expectOwner(OTHER);
  });
  it('is not sent if a token of the new reader cannot be had', async () => {
    await generated();
    await failing({ kind: 'status', status: 500 });
    const page = openPage();
    await page.ask(by(OTHER)).done;
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('is replaced if the page names a phone number instead of the e-mail address', async () => {
    await generated();
    await generated({ ...cstg, phone: PHONE });
    expectOwner(PHONE);
  });
  it('is replaced if one logs in by server and the other by address', async () => {
    const uid2Token = await identity();
    openPage().ask({ uid2Token });
    await generated();
    expect(stored()!.originalToken).to.equal(undefined);
    const page = openPage();
    page.ask({ uid2Token });
    expect([idOf(page), stored()!.originalIdentity]).to.deep.equal([uid2Token.advertising_token, undefined]);
  });
  it('is replaced when the first reader comes back', async () => {
    const { page } = await generated();
    await page.ask(by(OTHER)).done;
    await page.ask(USER).done;
    expectOwner(EMAIL);
    expect(idOf(page)).to.equal(latest()!.advertising_token);
  });
  it('is not sent if the page names an invalid phone number', async () => {
    const page = openPage();
    await page.ask(USER).done;
    page.ask({ ...cstg, phone: '0171 555' });
    expect(page.published()).to.equal(undefined);
  });
  it('is not sent if the next page names an invalid e-mail address', async () => {
    await openPage().ask(USER).done;
    const page = openPage();
    page.ask({ ...cstg, email: 'somebody else' });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back when its page renders again before the new reader has a token', async () => {
    const uid2Token = await identity();
    const before = openPage();
    before.ask({ uid2Token });
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch, beside: true });
    const { done } = page.ask(USER);
    before.ask({ uid2Token });
    expect(before.published()).to.equal(undefined);
    late.release();
    await done;
    expectOwner(EMAIL);
    expect(before.published()).to.deep.equal(page.published());
  });
  it('gives way to the reader who logged in last, whoever is answered first', async () => {
    const late = lateFetch();
    const first = openPage({ fetch: late.fetch });
    const { done } = first.ask(USER);
    await setTime(1000);
    const second = openPage({ beside: true });
    const login = second.ask(by(OTHER));
    await setTime(2000);
    late.release();
    await done;
    await login.done;
    await setTime(3000);
    second.uid2.due();
    first.uid2.due();
    expect(second.uid2.status().source).to.equal('params');
    expect(first.published()).to.deep.equal(second.published());
  });
});
