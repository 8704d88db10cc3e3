// What a third review has found: who is named but cannot be asked for, and opt-outs that others have noted.
import { expect } from 'chai';
import type { Identity } from '../../libraries/uid2/tokens';
import { asked, cstg } from './support/operator';
import { identity, KEY, NOTE_KEY, openPage, setCookie, setTime, store, stored } from './support/page';

const HOUR = 3600e3;
const USER = { ...cstg, email: 'user@example.com' };

const without = (field: keyof Identity, token: Identity) => ({ ...token, [field]: undefined }) as unknown as Identity;
const inCookie = (token: Identity) => {
  setCookie('login', encodeURIComponent(JSON.stringify(token)));
  return { uid2Cookie: 'login' };
};

describe('uid2 reviewed for the third time', () => {
  const NAMED: { [how: string]: () => Promise<object> | object } = {
    'a token that lacks a field': async () => ({ uid2Token: without('refresh_token', await identity()) }),
    'a cookie that lacks a field': async () => inCookie(without('identity_expires', await identity())),
    'an address, and no subscription': () => ({ ...USER, subscriptionId: undefined }),
    'an address, and a bad key': () => ({ ...USER, serverPublicKey: 'UID2' }),
    'a bad address': () => ({ ...USER, email: 'user' }),
    'a bad phone number': () => ({ ...cstg, phone: '0' }),
  };
  for (const [how, name] of Object.entries(NAMED)) {
    it(`somebody named by ${how} does not bid with the token of who was here before, nor refreshes it`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: token });
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

  for (const [where, put] of Object.entries({ 'params.uid2Token': (uid2Token: Identity) => ({ uid2Token }), 'the cookie': inCookie })) {
    it(`the token that a record has grown from still tells whose it is when a field is lost in ${where}`, async () => {
      const [first, next] = [await identity(), await identity()];
      store({ originalToken: first, latestToken: next, updated: Date.now() });
      const page = openPage();
      page.ask(put(without('refresh_from', first)));
      expect(page.published()).to.deep.equal({ id: next.advertising_token });
    });
  }

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`an opt-out that Prebid's own module has noted in ${storage} ends 72 hours after we have seen it`, async () => {
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

  it('an opt-out in the storage of UID2\'s own SDK counts after a logout too', () => {
    localStorage.setItem(NOTE_KEY, JSON.stringify([Date.now() - HOUR]));
    localStorage.setItem('UID2-sdk-identity', JSON.stringify({ status: 'optout' }));
    const page = openPage();
    page.ask({});
    expect(page.published()).to.deep.equal({ optout: true });
  });
});
