// What is kept in the browser, where, for how long, and what happens without storage (R3, R4).
import { expect } from 'chai';
import { registerActivityControl } from 'src/activities/rules.js';
import { ACTIVITY_ACCESS_DEVICE } from 'src/activities/activities.js';
import { asked, fault } from './support/operator';
import { identity, KEY, lateFetch, now, openPage, setTime, store, stored, type Page } from './support/page';
import { until } from './support/until';

const idOf = (page: Page) => (page.published() as { id?: string } | undefined)?.id;
const latest = (where?: 'cookie') => stored(where)!.latestToken as Awaited<ReturnType<typeof identity>>;

type Kept = { name: string; value: string; expires: number | null; sameSite: string; path: string };
const cookies = () => (window as unknown as { cookieStore: { getAll(): Promise<Kept[]> } }).cookieStore.getAll();

describe('uid2 storage: the record', () => {
  it('is in localStorage, in the form that Prebid\'s own module reads', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token });
    expect(stored()).to.deep.include({ originalToken: token, latestToken: token });
    expect(document.cookie).to.equal('');
  });
  it('is in a cookie with params.storage', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token, storage: 'cookie' });
    expect(stored('cookie')).to.deep.include({ originalToken: token, latestToken: token });
    expect(localStorage.length).to.equal(0);
  });
  it('is in a cookie where the publisher\'s userIds[].storage says so', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token }, { type: 'cookie' });
    expect([stored('cookie')!.latestToken, localStorage.length]).to.deep.equal([token, 0]);
  });
  it('is where params.storage says, whatever userIds[].storage does', async () => {
    openPage().ask({ uid2Token: await identity(), storage: 'localStorage' }, { type: 'cookie' });
    expect([!!stored(), document.cookie]).to.deep.equal([true, '']);
  });
  it('can be one that Prebid\'s own module wrote', async () => {
    const [original, successor] = [await identity('expired'), await identity()];
    store({ originalToken: original, latestToken: successor, originalIdentity: undefined });
    const page = openPage();
    page.ask();
    expect(idOf(page)).to.equal(successor.advertising_token);
  });
  it('holds the operator\'s answer, all six fields', async () => {
    const page = openPage();
    await page.ask({ uid2Token: await identity('expired') }).done;
    expect(latest()).to.have.all.keys('advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires', 'refresh_response_key');
    expect(idOf(page)).to.equal(latest().advertising_token);
  });
  it('keeps the supplied token as originalToken over five refreshes', async () => {
    const supplied = await identity();
    const originals: unknown[] = [];
    const tokens = new Set<string>();
    for (let refreshes = 0; refreshes < 5; refreshes++) {
      await setTime(now() - Date.now() + 2 * 3600e3);
      await openPage().ask({ uid2Token: supplied }).done;
      originals.push(stored()!.originalToken);
      tokens.add(latest().advertising_token);
    }
    expect(originals).to.deep.equal(Array(5).fill(supplied));
    expect([tokens.size, tokens.has(supplied.advertising_token)]).to.deep.equal([5, false]);
  });
  it('is not written before the operator has answered for an expired token', async () => {
    const { fetch, release, arrived } = lateFetch();
    const { done } = openPage({ fetch }).ask({ uid2Token: await identity('expired') });
    await until(arrived);
    expect([localStorage.length, document.cookie]).to.deep.equal([0, '']);
    release();
    await done;
    expect(stored()).to.not.equal(undefined);
  });
  it('is not written when the operator fails for an expired token', async () => {
    await fault({ kind: 'status', status: 400 });
    await openPage().ask({ uid2Token: await identity('expired') }).done;
    expect([stored(), stored('cookie')]).to.deep.equal([undefined, undefined]);
  });
  it('is read on the next page, without asking the operator', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token });
    const next = openPage();
    expect(next.ask().held).to.equal(false);
    expect(idOf(next)).to.equal(token.advertising_token);
    expect(await asked()).to.deep.equal([]);
  });
  it('is not written again for a fresh token already stored', async () => {
    openPage().ask({ uid2Token: await identity() });
    const before = localStorage.getItem(KEY);
    openPage().ask();
    expect(localStorage.getItem(KEY)).to.equal(before);
  });
});

describe('uid2 storage: the other place', () => {
  it('carries a record over from a cookie to localStorage', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token }, 'cookie');
    const page = openPage();
    page.ask();
    expect([idOf(page), latest()]).to.deep.equal([token.advertising_token, token]);
  });
  it('carries a record over from localStorage to a cookie', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token });
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect([idOf(page), latest('cookie')]).to.deep.equal([token.advertising_token, token]);
  });
  it('takes the record of the place asked for where both hold one', async () => {
    const [here, there] = [await identity(), await identity()];
    store({ originalToken: here, latestToken: here }, 'cookie');
    store({ originalToken: there, latestToken: there });
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(idOf(page)).to.equal(here.advertising_token);
  });
});

describe('uid2 storage: the cookie', () => {
  const kept = async () => (await cookies()).find(({ name }) => name === KEY)!;
  const seconds = (ms: number) => Math.floor(ms / 1000);

  it('expires with refresh_expires', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token, storage: 'cookie' });
    expect(seconds((await kept()).expires!)).to.equal(seconds(token.refresh_expires));
  });
  it('expires with the successor\'s refresh_expires after a refresh', async () => {
    const token = await identity('stale');
    await openPage().ask({ uid2Token: token, storage: 'cookie' }).done;
    expect(latest('cookie').refresh_expires).to.be.above(token.refresh_expires);
    expect(seconds((await kept()).expires!)).to.equal(seconds(latest('cookie').refresh_expires));
  });
  it('is SameSite=Lax and for the whole site', async () => {
    openPage().ask({ uid2Token: await identity(), storage: 'cookie' });
    expect([(await kept()).sameSite, (await kept()).path]).to.deep.equal(['lax', '/']);
  });
  it('remembers an opt-out for 72 hours', async () => {
    await openPage().ask({ uid2Token: await identity('expired', 'refresh-optout@example.com'), storage: 'cookie' }).done;
    const hours = ((await kept()).expires! - Date.now()) / 3600e3;
    expect(hours).to.be.within(71.9, 72);
  });
});

describe('uid2 storage: none', () => {
  const restore: (() => void)[] = [];
  afterEach(() => restore.splice(0).forEach((undo) => undo()));

  function block(target: object, name: string) {
    const before = Object.getOwnPropertyDescriptor(target, name);
    const denied = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
    Object.defineProperty(target, name, { configurable: true, get: denied, set: denied });
    restore.push(() => {
      if (before) Object.defineProperty(target, name, before);
      else delete (target as { [name: string]: unknown })[name];
    });
  }

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

  function fill() {
    for (let size = 1 << 20, part = 0; size >= 1; part++) {
      try {
        localStorage.setItem(`fill-${part}`, 'x'.repeat(size));
      } catch (e) {
        size >>= 1;
      }
    }
  }

  for (const [title, without] of Object.entries(WITHOUT)) {
    describe(title, () => {
      it('publishes a supplied token', async () => {
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

  it('writes nothing where an activity control denies it', async () => {
    const token = await identity('expired');
    WITHOUT['denied by an activity control']();
    await openPage().ask({ uid2Token: token }).done;
    expect([localStorage.length, document.cookie]).to.deep.equal([0, '']);
  });
  it('replaces a record in a full localStorage with a shorter one', async () => {
    const token = await identity('stale');
    store({ originalToken: token, latestToken: { ...token, padding: 'x'.repeat(100) } });
    fill();
    await openPage().ask({ uid2Token: token }).done;
    expect(latest().advertising_token).to.not.equal(token.advertising_token);
  });
  it('leaves a record on disk whose longer successor does not fit', async () => {
    const token = await identity('stale');
    store({ originalToken: token, latestToken: token, login: 1 });
    fill();
    const page = openPage();
    await page.ask().done;
    expect(idOf(page)).to.not.equal(token.advertising_token);
    expect(stored()).to.deep.equal({ originalToken: token, latestToken: token, login: 1 });
  });
});
