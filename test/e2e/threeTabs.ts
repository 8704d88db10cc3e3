// Three tabs of one reader, one for each way to have the token.
import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { begun, COOKIE, expectGone, expectNothingStored, expectTokenOf, sees, setCookie, type StorageParam } from './several.ts';
import { type Age, EMAIL, type World } from './support.ts';
import type { Params, Visitor } from './visitor.ts';

/** The reader who logs in after the logout. */
export const NEXT = 'next@example.com';

/** Where a tab has its token from, in the order of the tabs. */
export const TABS = ['in its config', 'in the publisher\'s cookie', 'only stored'];

export interface ThreeTabs {
  tabs: Visitor[];
  uid2Token: Identity;
  /** Opens them; `age` is the token's. */
  open(age: Age, storage: StorageParam): Promise<void>;
  /** Runs an auction in each: its bidders get the token of the first reader. */
  expectTokens(): Promise<void>;
  /** Logs out in one tab, and looks at all. */
  expectLoggedOut(at: number): Promise<void>;
  /** Logs the next reader in where the last was logged out, and looks at all. */
  expectLogin(at: number, storage: StorageParam): Promise<void>;
}

/** The tabs of each test of the suite whose world this is. */
export function threeTabs(world: World): ThreeTabs {
  const three: ThreeTabs = {
    tabs: [],
    uid2Token: {} as Identity,

    async open(age, storage) {
      const uid2Token = await world.login(age);
      const ways: Params[] = [{ uid2Token, uid2Cookie: COOKIE }, { uid2Cookie: COOKIE }, {}];
      const tabs: Visitor[] = [];
      for (const [at, way] of ways.entries()) {
        if (at === 1) await setCookie(world, uid2Token);
        tabs.push(await world.open({ params: { ...way, storage } }));
        await begun(tabs[at]);
      }
      Object.assign(three, { tabs, uid2Token });
    },

    async expectTokens() {
      for (const tab of three.tabs) await expectTokenOf(EMAIL, await tab.auction());
    },

    async expectLoggedOut(at) {
      const { tabs, uid2Token } = three;
      const asked = world.refreshes().length;
      await tabs[at].disconnect();
      expect(await tabs[at].userIds()).to.deep.equal({});
      for (const tab of tabs) await sees(tab, tabs[at]);
      await expectGone(tabs, uid2Token.advertising_token);
      await expectNothingStored(tabs[at], at < 2);
      expect(world.refreshes()).to.have.length(asked);
    },

    async expectLogin(at, storage) {
      const { tabs } = three;
      const next = await world.login('fresh', NEXT);
      await tabs[at].configure({ uid2Token: next, storage });
      for (const tab of [tabs[at], ...tabs]) {
        await sees(tab, tabs[at]);
        expect((await tab.auction()).uid2).to.deep.equal({ appnexus: next.advertising_token, theadx: next.advertising_token });
      }
    }
  };
  return three;
}
