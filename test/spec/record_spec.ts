// Whose record it is: the reader of a token (R2).
import { expect } from 'chai';
import type { Identity } from '../../libraries/uid2Session/identity';
import { KEY, setCookie, store, stored, storeToken, urlEncoded } from './support/browser';
import { USER } from './support/generation';
import { asked, cstg, fault, HOUR } from './support/operator';
import { identity, idOf, openPage, setTime } from './support/page';

const without = (field: keyof Identity, token: Identity) => ({ ...token, [field]: undefined }) as unknown as Identity;

const inCookie = (token: Identity) => {
  setCookie('login', urlEncoded(token));
  return { uid2Cookie: 'login' };
};

describe('uid2 record: of another reader', () => {
  it('is ignored and replaced', async () => {
    const [mine, other] = [await identity(), await identity()];
    storeToken(other);
    const page = openPage();
    page.ask({ uid2Token: mine });
    expect(idOf(page)).to.equal(mine.advertising_token);
    expect(JSON.stringify(stored())).to.contain(mine.advertising_token).and.not.contain(other.advertising_token);
  });
  it('sends nothing while the supplied token is expired', async () => {
    const other = await identity();
    storeToken(other);
    const page = openPage();
    const { held, done } = page.ask({ uid2Token: await identity('expired') });
    expect([held, page.published()]).to.deep.equal([true, undefined]);
    await done;
    expect(JSON.stringify(stored())).to.not.contain(other.advertising_token);
  });
  it('is ignored if the page had named that reader in another way', async () => {
    const [mine, other] = [await identity(), await identity()];
    store({ originalIdentity: { identity: 'some-hash', salt: 1 }, latestToken: other });
    const page = openPage();
    page.ask({ uid2Token: mine });
    expect(idOf(page)).to.equal(mine.advertising_token);
  });
  it('is not used by a page with another storage', async () => {
    const [before, now] = [await identity(), await identity()];
    openPage().ask({ uid2Token: before, storage: 'cookie' });
    openPage().ask({ uid2Token: now });
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(page.published()).to.deep.equal({ id: now.advertising_token });
  });
  it('is not used if the record of the new reader does not fit into storage', async () => {
    const before = await identity();
    const now = { ...await identity(), advertising_token: 'B'.repeat(3000) };
    openPage().ask({ uid2Token: before, storage: 'cookie' });
    openPage().ask({ uid2Token: now, storage: 'cookie' });
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(page.published()).to.equal(undefined);
  });
  it('is not used if the token of the new reader could not be refreshed', async () => {
    const [before, now] = [await identity(), await identity('expired')];
    openPage().ask({ uid2Token: before });
    await fault({ kind: 'status', status: 503 });
    await openPage().ask({ uid2Token: now }).done;
    const page = openPage();
    page.ask();
    expect(page.published()).to.equal(undefined);
  });
});

describe('uid2 record: of the same reader', () => {
  it('gives the refreshed token instead of the expired original', async () => {
    const [original, successor] = [await identity('expired'), await identity()];
    store({ originalToken: original, latestToken: successor });
    const page = openPage();
    expect(page.ask({ uid2Token: original }).held).to.equal(false);
    expect(idOf(page)).to.equal(successor.advertising_token);
  });
  it('is not used if the supplied token lasts longer', async () => {
    const [mine, older] = [await identity(), await identity('stale')];
    store({ originalToken: mine, latestToken: older });
    const page = openPage();
    page.ask({ uid2Token: mine });
    expect(idOf(page)).to.equal(mine.advertising_token);
  });
  const PLACES = { 'params.uid2Token': (uid2Token: Identity) => ({ uid2Token }), 'the cookie': inCookie };
  for (const [where, put] of Object.entries(PLACES)) {
    it(`is known by its original token in ${where}, even if that lacks a field`, async () => {
      const [first, next] = [await identity(), await identity()];
      store({ originalToken: first, latestToken: next, updated: Date.now() });
      const page = openPage();
      page.ask(put(without('refresh_from', first)));
      expect(page.published()).to.deep.equal({ id: next.advertising_token });
    });
  }
});

describe('uid2 record: of a reader whose token lacks a field', () => {
  it('is refreshed once for all pages, and kept', async () => {
    const token = await identity('stale');
    storeToken(token);
    const params = { uid2Token: without('refresh_token', token) };
    await openPage().ask(params).done;
    const page = openPage();
    await page.ask(params).done;
    expect(await asked()).to.have.length(1);
    expect(idOf(page)).to.equal((stored()!.latestToken as Identity).advertising_token).and.not.equal(token.advertising_token);
  });
});

describe('uid2 record: a change of reader in mid-page', () => {
  it('sends and stores the new reader\'s token', async () => {
    const [first, second] = [await identity(), await identity()];
    const page = openPage();
    page.ask({ uid2Token: first });
    page.ask({ uid2Token: second });
    expect(idOf(page)).to.equal(second.advertising_token);
    expect(stored()!.originalToken!.advertising_token).to.equal(second.advertising_token);
  });
});

describe('uid2 record: a reader whose params have a flaw', () => {
  const FLAWED: { [how: string]: () => Promise<object> | object } = {
    'a token that lacks a field': async () => ({ uid2Token: without('refresh_token', await identity()) }),
    'a cookie that lacks a field': async () => inCookie(without('identity_expires', await identity())),
    'an address, and no subscription': () => ({ ...USER, subscriptionId: undefined }),
    'an address, and a bad key': () => ({ ...USER, serverPublicKey: 'UID2' }),
    'a bad address': () => ({ ...USER, email: 'user' }),
    'a bad phone number': () => ({ ...cstg, phone: '0' }),
  };

  for (const [how, name] of Object.entries(FLAWED)) {
    it(`does not bid with the token of the reader before, nor refreshes it: ${how}`, async () => {
      const token = await identity();
      storeToken(token);
      const text = localStorage.getItem(KEY);
      const params = await name();
      const page = openPage();
      await page.ask(params).done;
      await setTime(2 * HOUR);
      await page.ask(params).done;
      expect([page.published(), page.uid2.status().state, await asked()]).to.deep.equal([undefined, 'none', []]);
      expect(page.uid2.status().reason).to.match(/^invalid /);
      expect(localStorage.getItem(KEY)).to.equal(text);
    });
  }
});
