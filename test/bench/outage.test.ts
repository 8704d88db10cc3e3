import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { figuresOf } from '../../bench/outage/figures.ts';
import { createOurs } from '../../bench/outage/ours.ts';
import { createPrebid } from '../../bench/outage/prebid.ts';
import { createQueue } from '../../bench/outage/queue.ts';
import { AFTER, BEFORE, simulate, type Result } from '../../bench/outage/simulate.ts';
import { tokensAt, VISITS_PER_DAY, visitsOf, type View } from '../../bench/outage/visits.ts';
import { AUCTION_DELAY_MS, ROUND_TRIP_MS, type Fault } from '../../bench/outage/world.ts';
import { pauseAfter } from '../../libraries/uid2Session/pause.ts';
import { noColors } from '../harness/noColors.ts';

const root = path.resolve(__dirname, '../..');
const MINUTES = 10;
const DAY_MS = 24 * 3600e3;
const HALF_HOUR_S = 1800;

/** When a page is opened, hidden (if it is) and closed, in seconds from the beginning of the outage. */
type Seen = [open: number, close: number, hide?: number];

/** One reader, back after a day, opens pages while the operator fails. */
const readPages = (createPolicy: typeof createOurs, pages: Seen[], fault: Fault = 'refused') => simulate({
  clients: 1,
  seed: 1,
  fault,
  minutes: MINUTES,
  visits: (_, to) => {
    const down = to - (MINUTES * 60 + AFTER) * 1000;
    const views = pages.map(([open, close, hide = close]): View => ({ open: down + open * 1000, hide: down + hide * 1000, close: down + close * 1000 }));
    return [{ reader: 0, at: views[0].open, views }];
  },
}, createPolicy);

/** The seconds since the outage began in which there was a request. */
const askedAt = ({ requests }: Result) => [...requests.keys()].filter((second) => requests[second]).map((second) => second - BEFORE);
const total = ({ requests }: Result) => requests.reduce((sum, each) => sum + each, 0);

describe('the outage simulation', function () {
  this.timeout(60_000);
  const small = { clients: 1000, seed: 3, fault: 'refused' as const, minutes: MINUTES };

  it('is the same for the same seed', async () => {
    expect(await simulate(small, createOurs)).to.eql(await simulate(small, createOurs));
  });

  it('is another for another seed', async () => {
    expect((await simulate({ ...small, seed: 4 }, createOurs)).requests).not.to.eql((await simulate(small, createOurs)).requests);
  });

  it('shows both policies the same pages and auctions', async () => {
    const [ours, theirs] = [await simulate(small, createOurs), await simulate(small, createPrebid)];
    expect([ours.pageViews, ours.auctions]).to.eql([theirs.pageViews, theirs.auctions]).and.not.include(0);
  });

  it('takes what is to happen in order, and what happens at once as it was asked for', () => {
    const { add, take } = createQueue();
    const order: string[] = [];
    for (const [at, name] of [[5, 'e'], [1, 'a'], [3, 'c'], [1, 'b'], [4, 'd'], [9, 'f']] as const) add(at, () => order.push(name));
    for (let event = take(); event; event = take()) event.run();
    expect(order.join('')).to.equal('abcdef');
  });

  it('has as many visits as the model says', () => {
    const visits = [...visitsOf(10_000, 1, 0, DAY_MS)];
    expect(visits.length / (10_000 * VISITS_PER_DAY)).to.be.within(0.98, 1.02);
    expect(visits.every(({ at }, index) => !index || at >= visits[index - 1].at)).to.equal(true);
  });

  it('has tokens of all ages before the outage', () => {
    const hours = Array.from(tokensAt(0, 10_000, 1, (age) => age > 3600e3), (made) => -made / 3600e3);
    for (const [from, to] of [[0, 1], [1, 4], [4, 24], [24, 72]]) {
      expect(hours.filter((age) => age >= from && age < to), `${from} to ${to} h`).to.have.length.above(300);
    }
  });
});

describe('our policy in an outage', () => {
  it('waits as long as the back-off says', async () => {
    const [first, ...tries] = askedAt(await readPages(createOurs, [[0, MINUTES * 60]]));
    let [shortest, longest] = [first, first];
    expect(tries.length).to.be.above(2);
    tries.forEach((second, failures) => {
      const [least, most] = [0, 1].map((random) => pauseAfter({ kind: 'network' }, { kind: 'network', until: 0, failures }, 0, random).until / 1000);
      shortest += least;
      // the timer has a jitter of its own, and the answer takes a moment
      longest += most * 1.01 + 1;
      expect(second).to.be.within(Math.floor(shortest), longest);
    });
  });

  it('neither asks nor holds on a page that is opened in the back-off', async () => {
    const alone = await readPages(createOurs, [[0, 2]]);
    const both = await readPages(createOurs, [[0, 2], [2, 4]]);
    expect([both.auctions, both.held, total(both)]).to.eql([2, alone.held, total(alone)]).and.eql([2, 1, 1]);
  });

  it('makes one request from ten tabs', async () => {
    expect(total(await readPages(createOurs, Array.from({ length: 10 }, () => [0, 3])))).to.equal(1);
  });

  it('holds an auction until its request has failed, and no longer', async () => {
    const { auctions, held, heldMs } = await readPages(createOurs, [[0, 29]], '503');
    expect([auctions, held, heldMs]).to.eql([1, 1, ROUND_TRIP_MS]);
  });

  it('holds an auction for the auctionDelay when there is no answer', async () => {
    const { held, heldMs } = await readPages(createOurs, [[0, 4]], 'hang');
    expect([held, heldMs]).to.eql([1, AUCTION_DELAY_MS]);
  });

  it('asks from a hidden page only when it has an auction', async () => {
    const tries = askedAt(await readPages(createOurs, [[0, MINUTES * 60, 1]]));
    expect(tries.length).to.be.above(2);
    tries.forEach((second) => expect(second % 30).to.equal(0));
  });

  it('lets another tab ask when the one that was asking is closed', async () => {
    expect(askedAt(await readPages(createOurs, [[0, 2], [1, 30]], 'hang')).slice(0, 2)).to.eql([0, 2]);
  });

  it('asks no more once it has an answer', async () => {
    const { requests, fresh } = await readPages(createOurs, [[MINUTES * 60 - 1, MINUTES * 60 + HALF_HOUR_S]]);
    const tries = askedAt({ requests } as Result);
    expect(tries.at(-1)).to.be.within(MINUTES * 60, MINUTES * 60 + 10);
    expect(fresh.at(-1)).to.equal(1);
  });
});

describe('Prebid\'s policy in an outage', () => {
  it('asks on each page load, and never again in the page', async () => {
    expect(askedAt(await readPages(createPrebid, [[0, 100], [100, 101], [101, 700]]))).to.eql([0, 100, 101]);
  });

  it('makes ten requests from ten tabs', async () => {
    expect(total(await readPages(createPrebid, Array.from({ length: 10 }, () => [0, 3])))).to.equal(10);
  });

  it('holds every auction of the page for the auctionDelay', async () => {
    const { auctions, held, heldMs } = await readPages(createPrebid, [[0, 95]]);
    expect([auctions, held, heldMs]).to.eql([4, 4, 4 * AUCTION_DELAY_MS]);
  });
});

describe('the figures of an outage', () => {
  it('tell the outage from what was before and after it', () => {
    const requests = Uint32Array.from([...Array(BEFORE).fill(1), ...Array(59).fill(2), 8, 5, ...Array(AFTER - 1).fill(3)]);
    const fresh = Float64Array.from([...Array(BEFORE + 60 + 7).fill(0), ...Array(AFTER - 7).fill(0.96)]);
    expect(figuresOf({ requests, fresh, pageViews: 1, auctions: 500, held: 10, heldMs: 1000 }, 1)).to.eql({
      before: 1, outagePeak: 8, outageMean: 2.1, outageTotal: 126, afterPeak: 5, afterMean: 1802 / 600, freshAfter: 7, heldOf1000: 20, holdMsOf1000: 2000,
    });
  });
});

describe('npm run bench:outage', function () {
  this.timeout(240_000);
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'outage-'));
  after(() => fs.rmSync(out, { recursive: true, force: true }));

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bench/outage.ts', ...args],
      { cwd: root, encoding: 'utf8', env: noColors() });
    return { status, stdout, stderr };
  }

  it('prints a table for each kind of outage, and writes a page and the numbers', () => {
    const { status, stdout } = run('--clients', '300', '--minutes', '2', '--seed', '7', '--out', out);
    expect(status).to.equal(0);
    for (const title of ['Connection refused', 'HTTP 503', 'No answer']) expect(stdout).to.match(new RegExp(`^${title}\n +ours +theirs`, 'm'));
    const { clients, minutes, seed, outages } = JSON.parse(fs.readFileSync(path.join(out, 'outage.json'), 'utf8'));
    expect({ clients, minutes, seed }).to.eql({ clients: 300, minutes: 2, seed: 7 });
    expect(outages.map(({ fault }: { fault: Fault }) => fault)).to.eql(['refused', '503', 'hang']);
    expect(fs.readFileSync(path.join(out, 'outage.html'), 'utf8')).to.match(/<svg[\s\S]+<\/svg>[\s\S]+<table>/);
  });

  it('refuses what is no number of clients', () => {
    expect(run('--clients', 'many')).to.include({ status: 1, stdout: '' });
  });

  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).to.equal(0);
    for (const word of ['--clients', '--minutes', '--seed', '--quick', '--out']) expect(stdout).to.include(word);
  });
});
