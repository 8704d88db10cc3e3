// An answer that arrives late changes nothing that happened meanwhile (R2, R14, R15, R16).
import { expect } from 'chai';
import { everythingKept, KEY, latest, stored, storeToken } from './support/browser';
import { by, EMAIL, expectOwner, OPTED_OUT, OPTS_OUT_LATER, OTHER, USER } from './support/generation';
import { DENIALS, identity, idOf, lateFetch, openPage } from './support/page';
import { shadow } from './support/shadow';
import { until } from './support/until';

/** A page whose request is answered, but the answer has not arrived yet; `end` lets it arrive. */
async function begin(params: object = {}) {
  const late = lateFetch();
  const token = await identity('stale');
  const page = openPage({ fetch: late.fetch });
  const { done, calls } = page.ask({ uid2Token: token, ...params });
  await until(late.arrived);
  return { page, token, calls, async end() { late.release(); await done; } };
}

describe('uid2 late answer', () => {
  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`changes nothing after a logout (${storage})`, async () => {
      const { page, end } = await begin({ storage });
      page.logOut();
      const left = everythingKept();
      await end();
      expect([page.published(), page.uid2.status().state, stored(storage), everythingKept()])
        .to.deep.equal([undefined, 'none', undefined, left]);
    });
    it(`changes nothing after another login (${storage})`, async () => {
      const { page, end } = await begin({ storage });
      const next = await identity();
      page.ask({ uid2Token: next, storage });
      const before = everythingKept();
      await end();
      expect([page.published(), everythingKept()]).to.deep.equal([{ id: next.advertising_token }, before]);
    });
  }
  it('changes nothing after a logout and another login', async () => {
    const { page, end } = await begin();
    page.logOut();
    const next = await identity();
    page.ask({ uid2Token: next });
    const before = everythingKept();
    await end();
    expect([page.published(), everythingKept()]).to.deep.equal([{ id: next.advertising_token }, before]);
  });
  it('does not bring back a record that another page has cleared', async () => {
    const late = lateFetch();
    const mine = await identity('stale');
    storeToken(mine);
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask();
    await until(late.arrived);
    localStorage.removeItem(KEY);
    late.release();
    await done;
    expect([stored(), page.published()]).to.deep.equal([undefined, undefined]);
  });
  it('is not mixed into the record of a reader who logged in on another page', async () => {
    const late = lateFetch();
    const [mine, other] = [await identity('stale'), await identity()];
    storeToken(mine);
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask();
    await until(late.arrived);
    storeToken(other);
    late.release();
    await done;
    expect(stored()).to.deep.equal({ originalToken: other, latestToken: other });
  });
  it('is not stored for a reader who was replaced and then came back', async () => {
    const { page, token, end } = await begin();
    page.ask({ uid2Token: await identity() });
    const { done } = page.ask({ uid2Token: token });
    await end();
    await done;
    expect(stored()!.originalToken!.advertising_token).to.equal(token.advertising_token);
  });
  it('does not opt out the next reader', async () => {
    const late = lateFetch();
    const token = await identity('expired', OPTS_OUT_LATER);
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask({ uid2Token: token });
    await until(late.arrived);
    const next = await identity();
    page.ask({ uid2Token: next });
    late.release();
    await done;
    expect([page.published(), stored()!.latestToken]).to.deep.equal([{ id: next.advertising_token }, next]);
  });
  for (const [title, consent] of DENIALS) {
    it(`changes nothing once ${title}, and is not sent`, async () => {
      const { page, end } = await begin();
      page.setConsent(consent);
      const before = everythingKept();
      await end();
      expect([page.published(), everythingKept()]).to.deep.equal([undefined, before]);
    });
    it(`changes nothing once ${title}, the page has asked again, and consent is given again`, async () => {
      const { page, token, end } = await begin();
      page.setConsent(consent);
      page.ask({ uid2Token: token });
      page.setConsent({});
      const before = everythingKept();
      await end();
      expect(everythingKept()).to.equal(before);
    });
  }
  it('calls back once, after another login and a logout', async () => {
    const { page, calls, end } = await begin();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    await end();
    expect(calls).to.have.length(1);
  });
});

describe('uid2 late answer: client-side generation', () => {
  it('changes nothing after a logout', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { done, calls } = page.ask(USER);
    await until(late.arrived);
    page.logOut();
    const left = JSON.stringify({ ...localStorage });
    late.release();
    await done;
    expect([calls.length, page.published(), JSON.stringify({ ...localStorage })]).to.deep.equal([1, undefined, left]);
  });
  it('is not used for another reader', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask(USER);
    await until(late.arrived);
    const second = page.ask(by(OTHER));
    expect(page.published()).to.equal(undefined);
    late.release();
    await Promise.all([first.done, second.done]);
    expectOwner(OTHER);
    expect([first.calls.length, second.calls.length, idOf(page)]).to.deep.equal([1, 1, latest()!.advertising_token]);
  });
  it('does not opt out another reader', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask(by(OPTED_OUT));
    await until(late.arrived);
    const second = page.ask(USER);
    late.release();
    await Promise.all([first.done, second.done]);
    expectOwner(EMAIL);
    expect(idOf(page)).to.be.a('string');
  });
  it('is not even asked for after a logout while the keys are being made', async () => {
    const { subtle } = crypto;
    const generateKey = subtle.generateKey.bind(subtle) as (...how: unknown[]) => Promise<CryptoKeyPair>;
    let release = () => {};
    const gate = new Promise<void>((resolve) => { release = resolve; });
    let isMaking = false;
    shadow(subtle, 'generateKey', async (...how: unknown[]) => {
      isMaking = true;
      await gate;
      return generateKey(...how);
    });
    const urls: string[] = [];
    const fetch = async (url: string) => {
      urls.push(url);
      throw new TypeError('Failed to fetch');
    };
    const page = openPage({ fetch });
    const { done } = page.ask(USER);
    await until(() => isMaking);
    page.logOut();
    release();
    await done;
    // which the page has until all that it has begun is over
    await navigator.locks.request('uid2', () => {});
    expect([urls, page.published()]).to.deep.equal([[], undefined]);
  });
});
