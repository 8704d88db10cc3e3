// What the module does in the page's own thread: time, storage, cryptography, memory.
import type { CDPSession, Page } from 'playwright-core';
import { auction, userSyncOf, type State } from './lab.ts';
import { collector, SIDES, type Finding, type Side } from './results.ts';
import type { Order } from './sections.ts';

/** Calls of getId in one timing, as clocks of browsers are coarse. */
const BATCH = 500;

/** Finds the submodule as it is given to Prebid, and counts what it does in getId, and what the page does with storage and cryptography. */
function harness(): void {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- another realm
  const given = window as any;
  const work = given.work = { submodule: undefined as any, config: undefined as unknown, counts: { reads: 0, writes: 0, probes: 0, cryptoMs: 0 } }; // eslint-disable-line @typescript-eslint/no-explicit-any
  let inGetId = false;

  const { push } = Array.prototype;
  Array.prototype.push = function (...items) {
    for (const item of items) {
      if (item?.name === 'uid2' && item.getId && !work.submodule) {
        Array.prototype.push = push;
        work.submodule = item;
        const { getId } = item;
        item.getId = function (config: unknown, ...rest: unknown[]) {
          work.config = config;
          inGetId = true;
          try {
            return getId.call(this, config, ...rest);
          } finally {
            inGetId = false;
          }
        };
      }
    }
    return push.apply(this, items);
  };

  // a key of our own is read or written; any other is there to find out whether storage works
  const count = (key: string, writes: boolean) => {
    if (!inGetId) return;
    if (/uid2|UID2|uid_2/.test(key)) work.counts[writes ? 'writes' : 'reads']++;
    else work.counts.probes++;
  };
  for (const [name, writes] of [['getItem', false], ['setItem', true], ['removeItem', true]] as const) {
    const original = Storage.prototype[name] as (...args: string[]) => unknown;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- three functions in one
    (Storage.prototype as any)[name] = function (...args: string[]) {
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

  for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- all functions in one
    const prototype = SubtleCrypto.prototype as any;
    if (name === 'constructor' || typeof Object.getOwnPropertyDescriptor(prototype, name)!.value !== 'function') continue;
    const original = prototype[name];
    prototype[name] = function (...args: unknown[]) {
      const began = performance.now();
      try {
        return original.apply(this, args);
      } finally {
        work.counts.cryptoMs += performance.now() - began;
      }
    };
  }
}

type Counts = { reads: number; writes: number; probes: number; cryptoMs: number };
type Window = { work: { submodule: { getId(config: unknown): { id: unknown }; decode(id: unknown): { uid2?: unknown } }; config: unknown; counts: Counts } };

const countsOf = (page: Page) => page.evaluate(() => ({ ...(window as unknown as Window).work.counts }));

/** Time of one getId and of reading what decode returns, µs. */
const timeCalls = (page: Page) => page.evaluate((batch) => {
  const { submodule, config } = (window as unknown as Window).work;
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
    for (const side of SIDES) {
      await onPage(side, 'fresh', async (page, _, userSync) => {
        await auction(page, userSync);
        // what it does once the token is stored, as on every page but the first
        await page.reload();
        const before = await countsOf(page);
        await auction(page, userSync);
        const after = await countsOf(page);
        for (const [name, key] of [['reads', 'reads'], ['writes', 'writes'], ['probes', 'probes']] as const) {
          add(side, after[key] - before[key], `getId with a fresh token stored: ${name} of storage and cookies`, '', ['Storage and cookie calls in one getId', name]);
        }
        // until it is compiled
        await timeCalls(page);
        const { getId, decode } = await timeCalls(page);
        add(side, getId, 'getId with a fresh token stored', 'µs', ['Time of a call, µs', 'getId']);
        add(side, decode, 'decode, and reading the result', 'µs', ['Time of a call, µs', 'decode']);
      });
    }
    for (const state of ['expired', 'first'] as const) {
      const name = state === 'first' ? 'client-side generation' : 'a refresh';
      for (const side of SIDES) {
        await onPage(side, state, async (page, session, userSync) => {
          const before = await metric(session, 'TaskDuration');
          await auction(page, userSync);
          add(side, 1000 * (await metric(session, 'TaskDuration') - before), `main thread busy, first auction with ${name}`, 'ms', ['Main thread busy in the first auction, ms', name]);
          add(side, (await countsOf(page)).cryptoMs, `  of that in calls of WebCrypto`, 'ms');
        });
      }
    }
    progress((run + 1) / (runs + 1));
  }
  for (const side of SIDES) {
    await onPage(side, 'fresh', async (page, session, userSync) => {
      await auction(page, userSync);
      const heap = async () => {
        await session.send('HeapProfiler.collectGarbage');
        return await metric(session, 'JSHeapUsedSize') / 2 ** 20;
      };
      const before = await heap();
      await page.evaluate(async (count) => {
        // eslint-disable-next-line @typescript-eslint/no-explicit-any -- another realm
        const { pbjs } = window as any;
        for (let i = 0; i < count; i++) {
          await pbjs.requestBids({ adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids: [{ bidder: 'ear', params: {} }] }] });
        }
      }, auctions);
      add(side, await heap(), `heap after ${auctions.toLocaleString('en')} auctions`, 'MB', ['Heap, MB', `after ${auctions.toLocaleString('en')} auctions`]);
      add(side, before, 'heap after one auction', 'MB', ['Heap, MB', 'after one']);
    });
  }
  progress(1);
  return {
    rows: rows(),
    notes: [`Calls are timed ${BATCH} at a time, on the object that the module gives to Prebid. Reads and writes are of UID2's keys, and every look at document.cookie counts as a read; ` +
      'probes are of other keys, to find out whether storage works. The main thread is busy with all that Prebid does too; WebCrypto works elsewhere, so only its calls count. Heap: after a collection, one run; most of it is Prebid\'s.'],
  };
}
