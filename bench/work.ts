// What the module does in the page's own thread: time, storage, cryptography, memory.
import type { CDPSession, Page } from 'playwright-core';
import { auction, userSyncOf, type InPage, type State } from './lab.ts';
import { collector, sidesOf, type Finding, type Side } from './results.ts';
import type { Order } from './sections.ts';

/** Calls in one timing, as clocks of browsers are coarse. */
const GET_IDS = 500;
const READS = 50_000;
/** Auctions after the first in one timing. */
const LATER = 100;

type Submodule = { name: string; getId(config: unknown, ...rest: unknown[]): { id: unknown }; decode(id: unknown): { uid2?: unknown } };
/** `all` are calls for storage and cookies by anything in the page, the others those of getId; `firstMs` is how long the first getId took. */
type Counts = { reads: number; writes: number; probes: number; all: number; cryptoMs: number; firstMs?: number };
type Watched = InPage & { submodule: Submodule; config: unknown; counts: Counts; unwatch(): void };

/** Finds the submodule as it is given to Prebid, and counts what it does with storage in getId, and what the page does with cryptography. */
function harness(): void {
  const page = window as unknown as Watched;
  const counts: Counts = page.counts = { reads: 0, writes: 0, probes: 0, all: 0, cryptoMs: 0 };
  let inGetId = false;

  function watch(submodule: Submodule) {
    const { getId } = submodule;
    page.submodule = submodule;
    submodule.getId = function (config, ...rest) {
      page.config = config;
      inGetId = true;
      const began = performance.now();
      try {
        return getId.call(this, config, ...rest);
      } finally {
        counts.firstMs ??= performance.now() - began;
        inGetId = false;
      }
    };
    page.unwatch = () => {
      submodule.getId = getId;
      Object.assign(storage, originals);
      Reflect.deleteProperty(document, 'cookie');
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
    counts.all++;
    if (inGetId) counts[/uid_?2/i.test(key) ? writes ? 'writes' : 'reads' : 'probes']++;
  };
  const storage = Storage.prototype as unknown as Record<string, (...args: string[]) => unknown>;
  const { getItem, setItem, removeItem } = storage;
  const originals = { getItem, setItem, removeItem };
  for (const [name, writes] of [['getItem', false], ['setItem', true], ['removeItem', true]] as const) {
    const original = originals[name];
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

/** Time of one getId and of reading what decode returns, µs; nothing is watched any more. */
const timeCalls = (page: Page) => page.evaluate(([getIds, reads]) => {
  (window as unknown as Watched).unwatch();
  const { submodule, config } = window as unknown as Watched;
  const { id } = submodule.getId(config);
  const time = (task: () => unknown, batch: number) => {
    const began = performance.now();
    for (let i = 0; i < batch; i++) task();
    return 1000 * (performance.now() - began) / batch;
  };
  return { getId: time(() => submodule.getId(config), getIds), decode: time(() => submodule.decode(id).uid2, reads) };
}, [GET_IDS, READS]);

const runAuctions = (page: Page, auctions: number) => page.evaluate(async (count) => {
  for (let i = 0; i < count; i++) await (window as unknown as Watched).runAuction();
}, auctions);

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
      await onPage(side, 'fresh', async (page, session, userSync) => {
        await auction(page, userSync);
        // what it does once the token is stored, as on every page but the first
        await page.reload();
        const before = await countsOf(page);
        await auction(page, userSync);
        const after = await countsOf(page);
        await page.evaluate(() => (window as unknown as Watched).runAuction());
        const settled = await countsOf(page);
        await page.evaluate(() => (window as unknown as Watched).runAuction());
        const later = await countsOf(page);
        for (const name of ['reads', 'writes', 'probes'] as const) {
          add(side, after[name] - before[name], `getId with a fresh token stored: ${name} of storage and cookies`, '', ['Storage and cookie calls', `getId, ${name}`]);
        }
        add(side, later.all - settled.all, 'a later auction, fresh token: storage and cookie calls of the whole page', '', ['Storage and cookie calls', 'whole page, a later auction']);
        const busy = await metric(session, 'TaskDuration');
        await runAuctions(page, LATER);
        add(side, 1000 * (await metric(session, 'TaskDuration') - busy) / LATER, 'a later auction, fresh token: main thread busy', 'ms', ['Main thread busy in an auction, ms', 'a later one']);
        add(side, 1000 * after.firstMs!, 'first getId of a page, fresh token stored', 'µs', ['Time of a call, µs', 'first getId']);
        // until it is compiled
        await timeCalls(page);
        const { getId, decode } = await timeCalls(page);
        add(side, getId, 'getId with a fresh token stored, compiled', 'µs', ['Time of a call, µs', 'getId, compiled']);
        add(side, decode, 'decode, and reading the result, compiled', 'µs', ['Time of a call, µs', 'decode']);
      });
    }
    for (const [state, name] of [['fresh', 'a fresh token'], ['expired', 'a refresh'], ['first', 'client-side generation']] as const) {
      for (const side of sidesOf(run)) {
        await onPage(side, state, async (page, session, userSync) => {
          const before = await metric(session, 'TaskDuration');
          await auction(page, userSync);
          add(side, 1000 * (await metric(session, 'TaskDuration') - before), `main thread busy, first auction with ${name}`, 'ms', ['Main thread busy in an auction, ms', `the first, with ${name}`]);
          add(side, (await countsOf(page)).cryptoMs, `calls of WebCrypto, first auction with ${name}`, 'ms');
        });
      }
    }
    progress((run + 1) / (runs + 1));
  }
  for (let run = 0; run < runs; run++) {
    for (const side of sidesOf(run)) {
      await onPage(side, 'fresh', async (page, session, userSync) => {
        await auction(page, userSync);
        const heap = async () => {
          await session.send('HeapProfiler.collectGarbage');
          return await metric(session, 'JSHeapUsedSize') / 2 ** 20;
        };
        const before = await heap();
        await runAuctions(page, auctions);
        const after = await heap();
        add(side, 1024 * (after - before), `heap grown in ${auctions.toLocaleString('en')} auctions`, 'kB');
        add(side, after, `heap after ${auctions.toLocaleString('en')} auctions`, 'MB', ['Heap, MB', `after ${auctions.toLocaleString('en')} auctions`]);
        add(side, before, 'heap after one auction', 'MB', ['Heap, MB', 'after one']);
      });
    }
  }
  progress(1);
  return {
    rows: rows(),
    notes: [`Calls are timed ${GET_IDS} at a time (of decode ${READS.toLocaleString('en')}), on the object that the module gives to Prebid; the first getId once. Reads and writes are of UID2's keys, and every look at document.cookie counts as a read; ` +
      'probes are of other keys, to find out whether storage works. The main thread is busy with all that Prebid does too; WebCrypto works elsewhere, so only its calls count. A later auction: the third of a page; for the time the mean of ' + LATER + ' after it. Heap: after a collection; most of it is Prebid\'s.'],
  };
}
