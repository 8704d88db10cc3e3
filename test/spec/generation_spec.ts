// The first token of a reader whom the page names by an address or phone number (R1, R3).
import { expect } from 'chai';
import { latest, stored } from './support/browser';
import { EMAIL, expectOwner, generated, KINDS, OTHER, USER } from './support/generation';
import { cstg, endpoints, optOut } from './support/operator';
import { idOf, keepAsking, lateFetch, openPage } from './support/page';
import { until } from './support/until';

describe('uid2 generation', () => {
  for (const [param, value] of Object.entries(KINDS)) {
    it(`gives a token by ${param} after one request without preflight, and holds the auction for it`, async () => {
      const page = openPage();
      const { held, done, calls } = page.ask({ ...cstg, [param]: value });
      expect([held, page.published()]).to.deep.equal([true, undefined]);
      await done;
      expect([calls.length, page.published(), await endpoints()])
        .to.deep.equal([1, { id: latest()!.advertising_token }, ['client-generate']]);
    });
    it(`stores whose token it is, and not the ${param}`, async () => {
      await generated({ ...cstg, [param]: value });
      expect(Object.keys(stored()!))
        .to.have.members(['answers', 'latestToken', 'login', 'originalIdentity', 'updated']);
      expectOwner(value);
      expect(JSON.stringify({ ...localStorage })).to.not.contain(value);
    });
  }
  it('gives a token of the same reader by address and by hash, in any spelling', async () => {
    const email = `${Math.random()}@example.com`;
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(email));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    await generated({ ...cstg, email: ` ${email.toUpperCase()} ` });
    await optOut(latest()!);
    for (const params of [{ email }, { emailHash: hash }]) {
      const page = openPage();
      localStorage.clear();
      await page.ask({ ...cstg, ...params }).done;
      expect(page.published()).to.deep.equal({ optout: true });
    }
  });
  it('gives a fresh token whose source is the params', async () => {
    const { page } = await generated();
    expect(page.uid2.status()).to.include({ state: 'fresh', reason: 'ok', source: 'params' });
  });
  it('is refreshing in status() until the operator answers', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask(USER);
    await until(late.arrived);
    expect(page.uid2.status()).to.include({ state: 'none', reason: 'refreshing' });
    late.release();
    await done;
  });
  it('keeps the token in a cookie if the params say so', async () => {
    await generated({ ...USER, storage: 'cookie' });
    expectOwner(EMAIL, 'cookie');
    expect(stored()).to.equal(undefined);
  });
});

describe('uid2 generation: a login in mid-page', () => {
  it('waits for nothing, and says nothing, before anybody has logged in', async () => {
    const page = openPage();
    const { held } = page.ask(cstg);
    expect([held, page.uid2.due(), page.uid2.status().reason, page.warnings, await endpoints()])
      .to.deep.equal([false, false, 'none', [], []]);
  });
  it('gives a token on the same page', async () => {
    const page = openPage();
    page.ask(cstg);
    const { held, done } = page.ask(USER);
    await done;
    expect([held, idOf(page)]).to.deep.equal([true, latest()!.advertising_token]);
  });
  it('is seen in params that the page has changed in place', async () => {
    const page = openPage();
    const params: object = { ...cstg };
    const again = keepAsking(page, params);
    await again();
    for (const email of [EMAIL, OTHER]) {
      Object.assign(params, { email });
      await again();
      expectOwner(email);
    }
  });
});
