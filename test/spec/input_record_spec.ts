// Odd values in the record and the note: they cost no reader, no login and no logout (R17).
import { expect } from 'chai';
import { stateOf } from '../../libraries/uid2Session/identity';
import { KEY, NOTE_KEY, store, stored } from './support/browser';
import { HOUR } from './support/operator';
import { identity, openPage, setTime } from './support/page';
import { watchedStorage } from './support/storages';

/** JSON of values that are no sound number. */
const ODD = ['"x"', 'null', '1e300', '1e999', '-1', '0', '"5"', '{}', '[]', 'true', '1e17'];
const NOTES = [...ODD.map((one) => `[${one}]`), '[]', '{}', '{"0":1}', '5', '"5"', 'null', '[0,null,"x",{},{}]'];

describe('uid2 input: an odd field of the record', () => {
  const VALUES = [null, true, 42, 'text', [], {}, [null], { advertising_token: null }, { advertising_token: {} }];

  for (const field of ['originalToken', 'originalIdentity', 'updated', 'anythingElse']) {
    for (const value of VALUES) {
      it(`sends the token if ${field} is ${JSON.stringify(value)}`, async () => {
        const token = await identity();
        store({ originalToken: token, latestToken: token, [field]: value });
        const page = openPage();
        page.ask();
        expect(page.published()).to.deep.equal({ id: token.advertising_token });
      });
      it(`sends the token no longer than it is valid if ${field} is ${JSON.stringify(value)}`, async () => {
        const token = await identity('expired');
        store({ originalToken: token, latestToken: token, [field]: value });
        const page = openPage();
        const { done } = page.ask();
        expect(page.published()).to.equal(undefined);
        await done;
        expect(page.published()).to.have.property('id').that.is.not.equal(token.advertising_token);
      });
    }
  }
  for (const updated of [0, -1, 1, 1e15, 1e308]) {
    it(`neither loses nor prolongs a token if updated is ${updated}`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: token, updated });
      const page = openPage();
      page.ask();
      expect(page.published()).to.deep.equal({ id: token.advertising_token });
      await setTime(5 * HOUR);
      expect(page.published()).to.equal(undefined);
    });
  }
  for (const updated of [null, 'text', [], {}, 1e15]) {
    it(`ends an opt-out after 72 hours if updated is ${JSON.stringify(updated)}`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: 'optout', updated });
      openPage().ask({ uid2Token: token });
      await setTime(73 * HOUR);
      expect(stateOf(stored(), Date.now() + 73 * HOUR)).to.not.equal('optedOut');
    });
  }
  for (const identityOf of ['{}', '[]', 'null', '5', 'true']) {
    it(`refreshes a token if the identity in originalIdentity is ${identityOf}`, async () => {
      const originalIdentity = { identity: JSON.parse(identityOf), salt: 1 };
      store({ latestToken: await identity('expired'), originalIdentity });
      const page = openPage();
      await page.ask().done;
      expect(page.published()).to.not.equal(undefined);
    });
  }
});

describe('uid2 input: an odd login number or note', () => {
  const cases = [...ODD.map((one) => ['login', one]), ...NOTES.map((one) => ['note', one])];

  for (const [place, json] of cases) {
    const put = (token: object) => {
      const login = place === 'login' ? json : Date.now() - 1000;
      const text = JSON.stringify(token);
      localStorage.setItem(KEY, `{"originalToken":${text},"latestToken":${text},"login":${login}}`);
      if (place === 'note') localStorage.setItem(NOTE_KEY, json);
    };
    it(`keeps the reader with the ${place} ${json}`, async () => {
      const token = await identity();
      put(token);
      const page = openPage();
      page.ask();
      expect(page.published()).to.deep.equal({ id: token.advertising_token });
    });
    it(`tells other tabs of a logout with the ${place} ${json}`, async () => {
      const uid2Token = await identity();
      put(uid2Token);
      const other = openPage();
      other.ask({ uid2Token });
      const page = openPage({ beside: true });
      page.ask({ uid2Token });
      page.logOut();
      other.uid2.due();
      expect(other.published()).to.equal(undefined);
    });
    it(`stores the next login once with the ${place} ${json}`, async () => {
      put(await identity());
      const first = openPage();
      first.ask();
      first.logOut();
      const uid2Token = await identity();
      const { storage, writes } = watchedStorage();
      const page = openPage({ storage });
      for (let i = 0; i < 4; i++) page.ask({ uid2Token });
      const { advertising_token: id } = uid2Token;
      expect([writes(), stored()?.originalToken?.advertising_token, page.published()]).to.deep.equal([1, id, { id }]);
    });
  }
});
