import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { BEFORE_11 } from './bundle.ts';
import { begun, COOKIE, expectTokenOf, holdAnswers, sees, setCookie, settled, type StorageParam } from './several.ts';
import { EMAIL, inBrowser, type Age } from './support.ts';
import { expectNoUid2, KEY, type Auction, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const OTHER = 'other@example.com';

/** How a page learns of it in mid-page. */
const DENIALS: Record<string, { reason: string; set(visitor: Visitor, denied: boolean): Promise<void> }> = {
  'GDPR applies': {
    reason: 'gdprApplies',
    set: ({ page }, denied) => page.evaluate((applies) => (window as any).setGdpr(applies), denied)
  },
  'COPPA is set': {
    reason: 'coppa',
    set: ({ page }, denied) => page.evaluate((coppa) => (window as any).pbjs.setConfig({ coppa }), denied)
  }
};

// runs in the page: a consent platform whose answer changes, and a log of every use of our keys and cookies
function prepare(): void {
  const listeners: ((data: object, success: boolean) => void)[] = [];
  const answer = (gdprApplies: boolean, eventStatus: string, listenerId: number) => ({
    tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA',
    cmpId: 1,
    gdprApplies,
    eventStatus,
    listenerId,
    purpose: { consents: {}, legitimateInterests: {} },
    vendor: { consents: {}, legitimateInterests: {} }
  });
  const used: string[] = [];
  Object.assign(window, {
    used,
    __tcfapi: (command: string, _version: number, callback: (data: object, success: boolean) => void) => {
      if (command !== 'addEventListener') return;
      const id = listeners.push(callback);
      callback(answer(!!sessionStorage.denied, 'tcloaded', id), true);
    },
    setGdpr: (applies: boolean) => listeners.forEach((listener, at) => listener(answer(applies, 'useractioncomplete', at + 1), true))
  });
  for (const name of ['getItem', 'setItem', 'removeItem'] as const) {
    const real: (...args: string[]) => any = Storage.prototype[name];
    Storage.prototype[name] = function (...args: string[]) {
      if (/uid2/i.test(args[0])) used.push(`${name} ${args[0]}`);
      return real.apply(this, args);
    };
  }
  // other modules use cookies too: what is looked for in them tells whose it is
  const text: any = String.prototype;
  const { match } = text;
  text.match = function (pattern: unknown) {
    if (/uid2/i.test(String(pattern))) used.push(`get cookie ${pattern}`);
    return match.call(this, pattern);
  };
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
  Object.defineProperty(Document.prototype, 'cookie', {
    get,
    set(value: string) {
      if (/uid2/i.test(value)) used.push(`set cookie ${value}`);
      set!.call(this, value);
    }
  });
}

describe('Consent that changes in mid-page, with three tabs open', () => {
  const world = inBrowser();
  let uid2Token: Identity;
  let tabs: Visitor[];
  let storage: StorageParam;
  const config = { consentManagement: { gdpr: { cmpApi: 'iab', timeout: 60_000 } } };

  beforeEach(async () => {
    // tsx has functions ask for it
    await world.context.addInitScript('globalThis.__name = (named) => named');
    await world.context.addInitScript(prepare);
  });

  // one for each way to have the token
  async function openTabs(age: Age, more: Params = {}): Promise<void> {
    uid2Token = await world.login(age);
    await setCookie(world, uid2Token);
    tabs = [];
    for (const params of [{ uid2Token }, { uid2Cookie: COOKIE }, {}]) {
      const tab = await world.open({ params: { ...params, ...more, storage }, config });
      await begun(tab);
      tabs.push(tab);
    }
  }

  const cookieRead = (name: string) => `get cookie (^|;)\\s*${name}\\s*=\\s*([^;]*)\\s*(;|$)`;
  /** What is in storage, byte for byte. */
  const everything = async () => JSON.stringify(await tabs[0].stored());
  const used = ({ page }: Visitor): Promise<string[]> => page.evaluate(() => (window as any).used.splice(0));

  async function expectSilent(...among: Visitor[]): Promise<void> {
    for (const tab of among) {
      expectNoUid2(await tab.auction(), uid2Token.advertising_token);
      expect(await tab.userIds()).to.deep.equal({});
    }
  }

  const hasToken = ({ uid2 }: Auction) => expectTokenOf(EMAIL, { uid2, sent: [] });

  for (const [name, { reason, set }] of Object.entries(DENIALS)) {
    for (const place of ['localStorage', 'cookie'] as const) {
      describe(`${name} (${place})`, () => {
        beforeEach(() => { storage = place; });

        it('takes the UID2 out of the very next auction of each, and leaves storage unread and as it was; and back again', async () => {
          await openTabs('fresh');
          for (const tab of tabs) await hasToken(await tab.auction());
          const before = await everything();
          for (const tab of tabs) {
            expect(await used(tab)).to.include.members([storage === 'cookie' ? cookieRead(KEY) : `getItem ${KEY}`]);
            await set(tab, true);
            await expectSilent(tab);
            expect(await tab.status()).to.deep.include({ state: 'none', reason });
            expect(await used(tab)).to.deep.equal([]);
          }
          expect(await everything()).to.equal(before);
          for (const tab of tabs) {
            await set(tab, false);
            await hasToken(await tab.auction());
          }
          expect(await everything()).to.equal(before);
          expect(world.refreshes()).to.deep.equal([]);
        });

        for (const age of ['stale', 'expired'] as const) {
          it(`while a ${age} token is refreshed: the late answer changes nothing; and back again`, async () => {
            const answers = await holdAnswers(world);
            await openTabs(age);
            await answers.arrived();
            const before = await everything();
            // those who stand in line first, or they may still ask
            for (const tab of [...tabs].reverse()) {
              await set(tab, true);
              await used(tab);
            }
            answers.releaseAll();
            await settled(tabs[0]);
            await expectSilent(...tabs);
            for (const tab of tabs) expect(await used(tab)).to.deep.equal([]);
            expect(await everything()).to.equal(before);
            expect(world.refreshes()).to.have.length(1);
            for (const tab of tabs) {
              await set(tab, false);
              await sees(tab, tabs[0]);
              await hasToken(await tab.auction());
            }
            expect(world.refreshes()).to.have.length(2);
          });
        }

        it('releases an auction that waits for a refresh, without a UID2', async () => {
          const answers = await holdAnswers(world);
          await openTabs('expired');
          await answers.arrived();
          const auction = tabs[0].auction();
          await set(tabs[0], true);
          answers.releaseAll();
          expectNoUid2(await auction, uid2Token.advertising_token);
        });

        it('asks nothing of the operator, however old the token gets, nor when the page is shown again; and back again', async () => {
          await openTabs('fresh');
          for (const tab of tabs) await set(tab, true);
          const before = await everything();
          for (const tab of tabs) await used(tab);
          for (const hours of [2, 5]) {
            await world.later(hours * HOUR);
            for (const { page } of tabs) {
              await page.evaluate(async () => {
                document.dispatchEvent(new Event('visibilitychange'));
                await (window as any).pbjs.refreshUserIds();
              });
            }
            await expectSilent(...tabs);
          }
          expect(world.refreshes()).to.deep.equal([]);
          for (const tab of tabs) expect(await used(tab)).to.deep.equal([]);
          expect(await everything()).to.equal(before);
          for (const tab of tabs) {
            await set(tab, false);
            await sees(tab, tabs[0]);
            await hasToken(await tab.auction());
          }
          expect(world.refreshes()).to.have.length(1);
        });

        it('in one tab leaves the others alone', async () => {
          await openTabs('expired');
          for (const tab of tabs) await hasToken(await tab.auction());
          await set(tabs[0], true);
          await world.later(5 * HOUR);
          await expectSilent(tabs[0]);
          for (const tab of [tabs[1], tabs[2]]) await hasToken(await tab.auction());
          await expectSilent(tabs[0]);
          await set(tabs[0], false);
          await sees(tabs[0], tabs[1]);
          await hasToken(await tabs[0].auction());
          expect(world.refreshes()).to.have.length(2);
        });

        it('in one tab, another logs out meanwhile: back again, it stays without', async () => {
          await openTabs('fresh');
          for (const tab of tabs) await hasToken(await tab.auction());
          await set(tabs[0], true);
          await expectSilent(tabs[0]);
          await tabs[1].disconnect();
          await set(tabs[0], false);
          await sees(tabs[0], tabs[1]);
          await expectSilent(...tabs);
        });

        it('in one tab, another user logs in in another meanwhile: back again, it is theirs', async () => {
          await openTabs('fresh');
          for (const tab of tabs) await hasToken(await tab.auction());
          await set(tabs[0], true);
          await expectSilent(tabs[0]);
          await tabs[1].configure({ uid2Token: await world.login('fresh', OTHER), storage });
          await expectSilent(tabs[0]);
          await set(tabs[0], false);
          await sees(tabs[0], tabs[1]);
          for (const tab of tabs) await expectTokenOf(OTHER, await tab.auction());
        });

        it('does not keep a logout from clearing what is stored', async () => {
          await openTabs('fresh');
          // nothing may be stored that tells those who have a token of their own
          await tabs[0].page.close();
          for (const tab of [tabs[1], tabs[2]]) await set(tab, true);
          await tabs[1].disconnect();
          expect(JSON.stringify(await tabs[1].stored())).not.to.include('_token"');
          for (const tab of [tabs[1], tabs[2]]) await set(tab, false);
          await expectSilent(tabs[1], tabs[2]);
        });

        for (const age of ['fresh', 'expired'] as const) {
          it(`from the start, and then no more: a ${age} token is in the next auction of each`, async () => {
            uid2Token = await world.login(age);
            await setCookie(world, uid2Token);
            tabs = [];
            if (reason === 'gdprApplies') await world.context.addInitScript(() => { sessionStorage.denied = '1'; });
            for (const params of [{ uid2Token }, { uid2Cookie: COOKIE }, {}]) {
              const tab = await world.open({ params: { ...params, storage }, config: { ...config, coppa: reason === 'coppa' } });
              tabs.push(tab);
              await expectSilent(tab);
              expect(await used(tab)).to.deep.equal([]);
            }
            for (const tab of tabs) {
              await set(tab, false);
              if (BEFORE_11) await tab.page.evaluate(() => (window as any).pbjs.refreshUserIds({ submoduleNames: ['uid2'] }));
              await sees(tab, tabs[0]);
              await hasToken(await tab.auction());
            }
          });
        }
      });
    }
  }
});
