// R6: what one tab knows, every accessor of another shows at the next read, without an auction there.
import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { inBrowser } from './support.ts';
import { KEY, type Visitor } from './visitor.ts';

const OTHER = 'other@example.com';

/** Lets a page keep what other tabs tell it until it is awake. */
const DROWSY = `{
  const { prototype } = BroadcastChannel;
  const { addEventListener } = prototype;
  window.told = [];
  prototype.addEventListener = function (type, listener) {
    addEventListener.call(this, type, (event) => (window.asleep ? told.push(() => listener(event)) : listener(event)));
  };
}`;

describe('Every accessor of every tab, with the token in cookies', () => {
  const world = inBrowser();
  let uid2Token: Identity;
  let here: Visitor;
  let there: Visitor;

  /** Fills this origin's localStorage to the last byte, and waits until both tabs see that. */
  async function fill(): Promise<void> {
    const length = await here.page.evaluate(() => {
      for (let size = 1 << 22; size >= 1; size >>= 1) {
        for (let at = 0, fits = true; fits; at++) {
          try {
            localStorage.setItem(`${size}_${at}`, 'x'.repeat(size));
          } catch {
            fits = false;
          }
        }
      }
      return localStorage.length;
    });
    await there.page.waitForFunction((all) => localStorage.length === all, length);
  }

  /** Hears, now that storage has nothing any more, what it was told while it was asleep. */
  async function wakesUp({ page }: Visitor): Promise<void> {
    const isOver = (key: string) => (window as any).told.length > 0 && !document.cookie.includes(`${key}=`);
    await page.waitForFunction(isOver, KEY);
    await page.evaluate(() => {
      (window as any).asleep = false;
      (window as any).told.forEach((hear: () => void) => hear());
    });
  }

  /** Two tabs of one reader, both of which have bid with the token; only one of their pages names it. */
  async function open(isFull: boolean): Promise<void> {
    await world.context.addInitScript({ content: DROWSY });
    uid2Token = await world.login();
    here = await world.open({ params: { uid2Token, storage: 'cookie' } });
    expect((await here.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    there = await world.open({ params: { storage: 'cookie' } });
    expect((await there.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    if (isFull) await fill();
  }

  /** What a page may read of its reader, without an auction. */
  const read = ({ page }: Visitor) => page.evaluate(() => {
    const { pbjs } = window as any;
    const { state, reason } = pbjs.uid2.status();
    const eids = pbjs.getUserIdsAsEids().map(({ uids }: any) => uids[0].id);
    return { id: pbjs.getUserIds().uid2?.id, eids, state, reason };
  });

  const forgets = ({ page }: Visitor, { advertising_token: token }: Identity) =>
    page.waitForFunction((id) => (window as any).pbjs.getUserIds().uid2?.id !== id, token);

  for (const isFull of [false, true]) {
    const full = isFull ? ', while localStorage is full' : '';

    for (const isLate of [false, true]) {
      it(`shows another tab's logout, ${isLate ? 'after it was asleep' : 'as it happens'}${full}`, async () => {
        await open(isFull);
        await there.page.evaluate((asleep) => { (window as any).asleep = asleep; }, isLate);
        await here.disconnect();
        if (isLate) await wakesUp(there);
        await forgets(there, uid2Token);
        const { reason, ...seen } = await read(there);
        expect(seen).to.deep.equal({ id: undefined, eids: [], state: 'none' });
        expect(reason).not.to.equal('ok');
      });
    }

    it(`shows another reader's login in another tab${full}`, async () => {
      await open(isFull);
      const other = await world.login('fresh', OTHER);
      await here.configure({ uid2Token: other, storage: 'cookie' });
      await forgets(there, uid2Token);
      const token = other.advertising_token;
      expect(await read(there)).to.deep.equal({ id: token, eids: [token], state: 'fresh', reason: 'ok' });
      expect((await there.auction()).uid2.appnexus).to.equal(token);
    });
  }
});
