// Without storage the token lives in memory, and nothing is thrown (R4).
import { expect } from 'chai';
import { registerActivityControl } from 'src/activities/rules.js';
import { ACTIVITY_ACCESS_DEVICE } from 'src/activities/activities.js';
import { latest, store, stored, storeToken } from './support/browser';
import { USER } from './support/generation';
import { asked } from './support/operator';
import { identity, idOf, openPage } from './support/page';
import { full, readOnly, watchedStorage } from './support/storages';

const restore: (() => void)[] = [];
const giveBack = () => restore.splice(0).forEach((undo) => undo());

function block(target: object, name: string) {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const denied = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
  Object.defineProperty(target, name, { configurable: true, get: denied, set: denied });
  restore.push(() => {
    if (before) Object.defineProperty(target, name, before);
    else delete (target as { [name: string]: unknown })[name];
  });
}

/** Leaves no room in localStorage. */
function fill() {
  for (let size = 1 << 20, part = 0; size >= 1; part++) {
    try {
      localStorage.setItem(`fill-${part}`, 'x'.repeat(size));
    } catch (e) {
      size >>= 1;
    }
  }
}

/** Each way to be without storage. */
const WITHOUT: { [title: string]: () => void } = {
  'denied by an activity control': () => {
    restore.push(registerActivityControl(ACTIVITY_ACCESS_DEVICE, 'test', () => ({ allow: false })));
  },
  'blocked by the browser': () => {
    block(window, 'localStorage');
    block(document, 'cookie');
  },
  full: () => {
    block(document, 'cookie');
    fill();
  },
};

describe('uid2 without storage', () => {
  afterEach(giveBack);

  for (const [title, without] of Object.entries(WITHOUT)) {
    describe(title, () => {
      it('sends a supplied token', async () => {
        const token = await identity();
        without();
        const page = openPage();
        page.ask({ uid2Token: token });
        expect(idOf(page)).to.equal(token.advertising_token);
      });
      it('keeps a refreshed token for the page', async () => {
        const token = await identity('expired');
        without();
        const page = openPage();
        await page.ask({ uid2Token: token }).done;
        const refreshed = idOf(page);
        expect(refreshed).to.be.a('string').and.not.equal(token.advertising_token);
        expect(page.ask({ uid2Token: token }).held).to.equal(false);
        expect(idOf(page)).to.equal(refreshed);
        expect(await asked()).to.have.length(1);
      });
      it('forgets the token at a logout', async () => {
        const token = await identity('expired');
        without();
        const page = openPage();
        await page.ask({ uid2Token: token }).done;
        page.logOut();
        page.ask({ uid2Token: token });
        expect(page.published()).to.equal(undefined);
      });
    });
  }
  it('writes nothing if an activity control denies it', async () => {
    const token = await identity('expired');
    WITHOUT['denied by an activity control']();
    await openPage().ask({ uid2Token: token }).done;
    expect([localStorage.length, document.cookie]).to.deep.equal([0, '']);
  });
  it('generates a token that works', async () => {
    const page = openPage({ storage: {} as never });
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
});

describe('uid2 without room in storage', () => {
  afterEach(giveBack);

  it('replaces a record with a shorter one', async () => {
    const token = await identity('stale');
    store({ originalToken: token, latestToken: { ...token, padding: 'x'.repeat(100) } });
    fill();
    await openPage().ask({ uid2Token: token }).done;
    expect(latest()!.advertising_token).to.not.equal(token.advertising_token);
  });
  it('leaves a record on disk if its longer successor does not fit', async () => {
    const token = await identity('stale');
    store({ originalToken: token, latestToken: token, login: 1 });
    fill();
    const page = openPage();
    await page.ask().done;
    expect(idOf(page)).to.not.equal(token.advertising_token);
    expect(stored()).to.deep.equal({ originalToken: token, latestToken: token, login: 1 });
  });
  for (const [to, from] of [['cookie', 'localStorage'], ['localStorage', 'cookie']] as const) {
    it(`keeps a reader logged in whose record does not fit where it is to move (${to})`, async () => {
      const token = await identity('stale');
      openPage().ask({ uid2Token: token, storage: from });
      // cookies hold no more than 4 kB, and localStorage is full
      const padding = 'x'.repeat(4000);
      if (to === 'cookie') store({ originalToken: { ...token, padding }, latestToken: token, login: 1 });
      else fill();
      const page = openPage();
      await page.ask({ storage: to }).done;
      const refreshed = idOf(page);
      page.ask({ storage: to });
      expect([idOf(page), page.uid2.status().reason]).to.deep.equal([refreshed, 'ok']);
      expect(refreshed).to.be.a('string');
      expect(idOf(openPage())).to.equal(undefined);
      const next = openPage();
      next.ask({ storage: to });
      expect(idOf(next)).to.be.a('string');
    });
  }
  it('asks once for the successor of a record of Prebid\'s own module, and sends it from then on', async () => {
    const token = await identity('expired');
    store({ originalToken: token, latestToken: token });
    const page = openPage({ storage: full });
    await page.ask().done;
    const refreshed = idOf(page);
    expect(refreshed).to.be.a('string').and.not.equal(token.advertising_token);
    for (let asks = 0; asks < 3; asks++) {
      await page.ask().done;
      expect(idOf(page)).to.equal(refreshed);
    }
    expect(await asked()).to.have.length(1);
  });
});

describe('uid2 with storage that can only be read', () => {
  it('does not tell other Prebids without end that another reader is still there', async () => {
    const [stays, uid2Token] = [await identity('fresh', 'other@example.com'), await identity()];
    storeToken(stays);
    const { storage, used } = watchedStorage(readOnly);
    const pages = [openPage({ storage }), openPage({ storage, beside: true })];
    pages.forEach((page) => page.ask({ uid2Token }));
    expect(used.length).to.be.below(100);
    expect(pages.map(idOf)).to.deep.equal([uid2Token.advertising_token, uid2Token.advertising_token]);
  });
});
