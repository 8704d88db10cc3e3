// What the module does in the page's own thread: time, storage, cryptography, memory.
import type { CDPSession, Page } from 'playwright-core';
import { auction, userSyncOf, type InPage, type State } from './lab.ts';
import { collector, sidesOf, type Finding, type Side } from './results.ts';
import type { Order } from './sections.ts';

/** Calls of getId in one timing, as clocks of browsers are coarse. */
const BATCH = 500;

type Submodule = { name: string; getId(config: unknown, ...rest: unknown[]): { id: unknown }; decode(id: unknown): { uid2?: unknown } };
type Counts = { reads: number; writes: number; probes: number; cryptoMs: number };
type Watched = InPage & { submodule: Submodule; config: unknown; counts: Counts };

/** Finds the submodule as it is given to Prebid, and counts what it does with storage in getId, and what the page does with cryptography. */
function harness(): void {
  const page = window as unknown as Watched;
  const counts = page.counts = { reads: 0, writes: 0, probes: 0, cryptoMs: 0 };
  let inGetId = false;

  function watch(submodule: Submodule) {
    const { getId } = submodule;
    page.submodule = submodule;
    submodule.getId = function (config, ...rest) {
      page.config = config;
      inGetId = true;
      try {
        return getId.call(this, config, ...rest);
      } finally {
        inGetId = false;
      }
    };
  }

  // Prebid has it in a list, and says nothing of it
  const list: unknown[] = Array.prototype;
  const { push } = list;
  list.push = function (...items) {
    const submodule = (items as Partial<Submodule>[]).find((item) => item?.name === 'uid2' && item.getId);
    if (submodule) {
      list.push = push;
      watch(submodule as Submodule);
    }
    return push.apply(this, items);
  };

  // any other key is there to find out whether storage works
  const count = (key: string, writes: boolean) => {
    if (inGetId) counts[/uid_?2/i.test(key) ? writes ? 'writes' : 'reads' : 'probes']++;
  };
  const storage = Storage.prototype as unknown as Record<string, (...args: string[]) => unknown>;
  for (const [name, writes] of [['getItem', false], ['setItem', true], ['removeItem', true]] as const) {
    const original = storage[name];
    storage[name] = function (...args) {
      count(args[0], writes);
      return original.apply(this, args);
    };
  }
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
  Object.defineProperty(document, 'cookie', {
    configurable: true,
    // all cookies are read at once: what for is not to be seen
    get() {
      count('uid2', false);
      return cookie.get!.call(document);
    },
    set(text: string) {
      count(text, true);
      cookie.set!.call(document, text);
    },
  });

  const subtle = SubtleCrypto.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['importKey', 'exportKey', 'generateKey', 'deriveKey', 'deriveBits', 'digest', 'encrypt', 'decrypt']) {
    const original = subtle[name];
    subtle[name] = function (...args) {
      const began = performance.now();
      try {
        return original.apply(this, args);
      } finally {
        counts.cryptoMs += performance.now() - began;
      }
    };
  }
}

const countsOf = (page: Page): Promise<Counts> => page.evaluate(() => ({ ...(window as unknown as Watched).counts }));

/** Time of one getId and of reading what decode returns, µs. */
const timeCalls = (page: Page) => page.evaluate((batch) => {
  const { submodule, config } = window as unknown as Watched;
  const { id } = submodule.getId(config);
  const time = (task: () => unknown) => {
    const began = performance.now();
    for (let i = 0; i < batch; i++) task();
    return 1000 * (performance.now() - began) / batch;
  };
  return { getId: time(() => submodule.getId(config)), decode: time(() => submodule.decode(id).uid2) };
}, BATCH);

async function metric(session: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === wanted)!.value;
}

export async function work({ runs, quick, lab: open, progress }: Order): Promise<Finding> {
  const lab = await open();
  const { add, rows } = collector();
  const auctions = quick ? 200 : 1000;

  const onPage = (side: Side, state: State, task: (page: Page, session: CDPSession, userSync: object) => Promise<void>) => lab.inProfile(async (context) => {
    const userSync = userSyncOf(await lab.paramsFor(state));
    await context.addInitScript(harness);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    await page.goto(lab.urls[side]);
    await task(page, session, userSync);
  });

  for (let run = 0; run < runs; run++) {
    for (const side of sidesOf(run)) {
      await onPage(side, 'fresh', async (page, _, userSync) => {
        await auction(page, userSync);
        // what it does once the token is stored, as on every page but the first
        await page.reload();
        const before = await countsOf(page);
        await auction(page, userSync);
        const after = await countsOf(page);
        for (const name of ['reads', 'writes', 'probes'] as const) {
          add(side, after[name] - before[name], `getId with a fresh token stored: ${name} of storage and cookies`, '', ['Storage and cookie calls in one getId', name]);
        }
        // until it is compiled
        await timeCalls(page);
        const { getId, decode } = await timeCalls(page);
        add(side, getId, 'getId with a fresh token stored', 'µs', ['Time of a call, µs', 'getId']);
        add(side, decode, 'decode, and reading the result', 'µs', ['Time of a call, µs', 'decode']);
      });
    }
    for (const [state, name] of [['fresh', 'a fresh token'], ['expired', 'a refresh'], ['first', 'client-side generation']] as const) {
      for (const side of sidesOf(run)) {
        await onPage(side, state, async (page, session, userSync) => {
          const before = await metric(session, 'TaskDuration');
          await auction(page, userSync);
          add(side, 1000 * (await metric(session, 'TaskDuration') - before), `main thread busy, first auction with ${name}`, 'ms', ['Main thread busy in the first auction, ms', name]);
          add(side, (await countsOf(page)).cryptoMs, `calls of WebCrypto, first auction with ${name}`, 'ms');
        });
      }
    }
    progress((run + 1) / (runs + 1));
  }
  for (let run = 0; run < Math.ceil(runs / 2); run++) {
    for (const side of sidesOf(run)) {
      await onPage(side, 'fresh', async (page, session, userSync) => {
        await auction(page, userSync);
        const heap = async () => {
          await session.send('HeapProfiler.collectGarbage');
          return await metric(session, 'JSHeapUsedSize') / 2 ** 20;
        };
        const before = await heap();
        await page.evaluate(async (count) => {
          for (let i = 0; i < count; i++) await (window as unknown as Watched).runAuction();
        }, auctions);
        add(side, await heap(), `heap after ${auctions.toLocaleString('en')} auctions`, 'MB', ['Heap, MB', `after ${auctions.toLocaleString('en')} auctions`]);
        add(side, before, 'heap after one auction', 'MB', ['Heap, MB', 'after one']);
      });
    }
  }
  progress(1);
  return {
    rows: rows(),
    notes: [`Calls are timed ${BATCH} at a time, on the object that the module gives to Prebid. Reads and writes are of UID2's keys, and every look at document.cookie counts as a read; ` +
      'probes are of other keys, to find out whether storage works. The main thread is busy with all that Prebid does too; WebCrypto works elsewhere, so only its calls count. Heap: after a collection, half of the runs; most of it is Prebid\'s.'],
  };
}
