// Two Prebids of one reader: on a page, or in its frame.
import { expect } from 'chai';
import type { Frame, Page } from 'playwright-core';
import { bid, configOf } from './bid.ts';
import type { World } from './support.ts';
import type { Params } from './visitor.ts';

/** The global of a page's second Prebid, as another company's script has it. */
export const SECOND = 'otherPbjs';

/** A Prebid: the document that it is in, and its global there. */
export type Where = { frame: Frame; name: string };

/** Which of the two acts. */
export const ORDERS: Record<string, (all: Where[]) => Where[]> = {
  first: (all) => all,
  second: (all) => all.toReversed()
};

/** Adds the script of a second Prebid to the page. */
export async function withSecond(page: Page, path: string): Promise<Where[]> {
  await page.addScriptTag({ path });
  return [{ frame: page.mainFrame(), name: 'pbjs' }, { frame: page.mainFrame(), name: SECOND }];
}

/** The UID2 of an auction. */
export const bidOf = ({ frame, name }: Where) => bid(frame, name);

export function readersOf(world: World) {
  const readers = {
    /** Says who the reader is. */
    configure: ({ frame, name }: Where, params: Params) => frame.evaluate(
      ([global, config]) => (window as any)[global].setConfig(config), [name, configOf(world, params)] as const),

    /** Fails unless both make one request for an expired token, and a logout by the one is one for the other. `more` are params. */
    async expectOneRequest([one, other]: Where[], more: Params = {}) {
      const uid2Token = await world.login('expired');
      await Promise.all([one, other].map((where) => readers.configure(where, { uid2Token, ...more })));
      const [token, same] = await Promise.all([one, other].map(bidOf));
      expect(token).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      expect(same).to.equal(token);
      expect(world.refreshes()).to.have.length(1);
      await readers.doThenRead(one, other, 'disconnect', undefined);
      expect(world.refreshes()).to.have.length(1);
    },

    /** Fails unless the reader whom the one logs in next is the other's too. */
    async expectNextReader([one, other]: Where[], more: Params = {}) {
      const uid2Token = await world.login();
      const next = await world.login('fresh', 'next@example.com');
      for (const where of [one, other]) await readers.configure(where, { uid2Token, ...more });
      expect(await bidOf(other)).to.equal(uid2Token.advertising_token);
      await readers.doThenRead(one, other, { uid2Token: next, ...more }, next.advertising_token);
    },

    /** One does something, and the other is read: within a page at once, from a frame when it has heard. */
    async doThenRead(one: Where, other: Where, what: 'disconnect' | Params, id: string | undefined) {
      const config = what === 'disconnect' ? undefined : configOf(world, what);
      const read = await one.frame.evaluate(([mine, theirs, given]) => {
        const { [mine]: prebid, [theirs]: another } = window as any;
        if (given) prebid.setConfig(given);
        else prebid.uid2.disconnect();
        return [another.getUserIds().uid2?.id, another.getUserIdsAsEids().length, another.uid2.status().reason === 'ok'];
      }, [one.name, other.name, config] as const);
      if (one.frame === other.frame) expect(read).to.deep.equal([id, id ? 1 : 0, id !== undefined]);
      else await other.frame.waitForFunction((wanted) => (window as any).pbjs.getUserIds().uid2?.id === wanted, id);
      expect(await bidOf(other)).to.equal(id);
    }
  };
  return readers;
}
