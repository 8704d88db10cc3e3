import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Weights } from '../../bench/bytes.ts';
import { agreementOf, agreementText, unlike } from '../../bench/compare.ts';
import { FAULTS } from '../../bench/faults.ts';
import { addTo, POLICIES, siteOf } from '../../bench/month.ts';
import { HOURS, hourOf, KINDS, viewsOf, type View } from '../../bench/month/readers.ts';
import { live, nothing } from '../../bench/month/simulate.ts';
import { createPrebid } from '../../bench/outage/prebid.ts';
import { randomFrom } from '../../bench/outage/random.ts';
import { identityAt, type World } from '../../bench/outage/world.ts';
import { withBytes } from '../../bench/readme.ts';
import { page } from '../../bench/report.ts';
import { cellOf, collector, ratioOf, sidesOf, summaryOf, tableOf, textOf, type Contestant } from '../../bench/results.ts';
import { peakOf } from '../../bench/scale.ts';
import { SECTIONS } from '../../bench/sections.ts';
import { FAULT_KINDS } from '../../operator/faults.ts';
import { scratch } from '../build/support.ts';
import { noColors } from '../harness/noColors.ts';

const root = path.resolve(__dirname, '../..');
const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const CONTESTANTS = Object.keys(POLICIES) as Contestant[];

describe('a figure of the benchmark', () => {
  it('is the median, with the middle half of the samples', () => {
    expect(summaryOf([9, 1, 2, 3, 4, 5, 6, 7, 100])).to.eql({ median: 5, low: 3, high: 7 });
  });

  it('has all samples for its spread where there are few', () => {
    expect(summaryOf([3, 1, 2, 9])).to.eql({ median: 2.5, low: 1, high: 9 });
  });

  it('is written with no more digits than it is worth', () => {
    expect([[1234.567], [12.345], [1.2345], [5], [], [11.5, 12.04, 13]].map((samples) => cellOf(samples))).to.eql(['1,235', '12.3', '1.23', '5', '–', '12 (11.5–13)']);
    expect(cellOf([99.957], '%')).to.equal('99.96');
  });

  it('is compared by medians, and only where theirs is more than nothing', () => {
    const row = (ours?: number[], theirs?: number[]) => ({ what: '', unit: '' as const, samples: { ours, theirs } });
    expect([row([1, 2, 9], [4, 4, 4]), row([1], [0]), row([1])].map(ratioOf)).to.eql([0.5, undefined, undefined]);
  });

  it('stands in the table under whom it is of, in the order in which rows first came', () => {
    const { add, rows } = collector();
    add('ours', 2, 'b', 'ms');
    add('theirs', 4, 'b', 'ms');
    add('theirs', 1, 'a', '');
    add('ours', 3, 'b', 'ms');
    expect(tableOf(rows())).to.eql([['', 'ours', 'theirs', 'ours / theirs'], ['b, ms', '2.5 (2–3)', '4', '0.63'], ['a', '–', '1', '–']]);
    expect(textOf(rows()).split('\n').map((line) => line.length)).to.satisfy(([first, ...rest]: number[]) => rest.every((length) => length === first));
  });
});

describe('two runs of the benchmark', () => {
  const results = (...ours: number[]) => ({ sections: [{ name: 'hold', rows: [{ what: 'fresh', unit: 'ms' as const, samples: { ours } }] }] });
  const nothing = { same: 0, changed: [], within: 0, near: 0, apart: [] };
  const CASES = [
    [[10, 11, 20], [9, 12, 13], { within: 1 }],
    [[10, 11, 20], [14, 18, 30], { near: 1 }],
    [[20.1, 20.1, 20.2], [20.3, 20.3, 20.4], { near: 1 }],
    [[10, 11, 20], [21, 22, 23], { apart: ['hold: fresh, ours: 11 (10–20), now 22 (21–23) ms'] }],
    [[5], [5], { same: 1 }],
    [[5], [6], { changed: ['hold: fresh, ours: 5, now 6 ms'] }],
  ] as const;
  for (const [before, after, found] of CASES) {
    it(`${before} and ${after}: ${Object.keys(found)[0]}`, () => {
      const agreement = agreementOf(results(...before), results(...after));
      expect(agreement).to.eql({ ...nothing, ...found });
      expect(agreementText(agreement)).to.have.length(2 + agreement.apart.length + agreement.changed.length);
    });
  }

  it('are compared in what both have measured', () => {
    const { sections: [{ rows }] } = results(1);
    expect(agreementOf({ sections: [{ name: 'tabs', rows }, { name: 'hold', rows: [{ ...rows[0], samples: { theirs: [2] } }] }] }, results(1))).to.eql(nothing);
  });

  it('are told to be unlike where they are', () => {
    expect(unlike({ ...results(1), runs: 6, quick: false }, { ...results(1), runs: 6, quick: true })).to.eql(['not alike: quick false, now true']);
  });

  it('let each module go first as often as the other, if they take an even number of samples', () => {
    expect([0, 1, 2, 3].map((turn) => sidesOf(turn)[0])).to.eql(['ours', 'theirs', 'ours', 'theirs']);
  });
});

describe('the sizes in README.md and the docs', () => {
  const size = (gzip: number) => ({ module: '', difference: { minified: 3000, gzip, brotli: 900 }, share: { minified: 1, gzip: 1, brotli: 1 } });
  const weights: Weights = { ours: { cstg: size(1200), plain: size(500) }, theirs: { cstg: size(2400), plain: size(1000) } };
  const sdk = { cstg: size(1500), plain: size(1600) };
  const readme = 'before\n<!-- bytes: written by npm run bench -- --only bytes -->\nold\n<!-- /bytes -->\nafter\n';

  it('are written between the comments, and nothing else is', () => {
    const text = withBytes(readme, weights, sdk);
    expect(text).to.match(/^before\n<!-- bytes.*\n\|[^]+\|\n<!-- \/bytes -->\nafter\n$/).and.not.include('old');
    expect(text).to.include('| with client-side generation | 3,000 / 2,400 / 900 | 3,000 / 1,200 / 900 | 0.50 × |');
    expect(text).to.match(/\| without it.* 3,000 \/ 1,000 \/ 900 \| 3,000 \/ 500 \/ 900 \| 0\.50 × \|/);
    expect(text).to.include('| `uid2Sdk` on top of the first | | 3,000 / 1,500 / 900 | |');
  });

  it('stay as they are when written again', () => {
    expect(withBytes(withBytes(readme, weights, sdk), weights, sdk)).to.equal(withBytes(readme, weights, sdk));
  });

  it('need a place', () => {
    expect(() => withBytes('nothing', weights, sdk)).to.throw('there is no place for sizes');
  });
});

describe('the readers of the month', () => {
  const DAYS = 400;
  const views = (index: number) => [...viewsOf(KINDS[index], DAYS, randomFrom(index))];

  it('are all of them', () => {
    expect(KINDS.reduce((sum, { share }) => sum + share, 0)).to.be.closeTo(1, 1e-9);
  });

  for (const [index, { name, visitsPerDay, views: pages }] of KINDS.entries()) {
    it(`open as many pages as the model says: ${name}`, () => {
      // a visit is not begun while another lasts
      expect(views(index).length / (DAYS * visitsPerDay * pages)).to.be.within(0.6, 1.2);
    });
  }

  it('come when the hour says so', () => {
    const byHour = Array(24).fill(0);
    for (const { open } of views(2)) byHour[hourOf(open)]++;
    const busiest = HOURS.indexOf(Math.max(...HOURS));
    const quietest = HOURS.indexOf(Math.min(...HOURS));
    expect(byHour[quietest] / byHour[busiest]).to.be.below(0.4);
  });

  it('open pages in order, and see them before they close', () => {
    let last = 0;
    for (const { open, hide, back = hide, close } of views(4)) {
      expect([last, open, hide, back, close]).to.eql([last, open, hide, back, close].sort((a, b) => a - b));
      last = open;
    }
  });
});

describe('a month of one reader', () => {
  const kind = KINDS[0];
  const HOURS_5 = 5 * HOUR;
  async function lives(who: Contestant, views: View[]) {
    const counts = nothing();
    await live({ kind, days: 1, seed: 1, views }, POLICIES[who], counts);
    return counts;
  }
  const seen = (open: number, close: number): View => ({ open, hide: close, close });

  it('has the same pages and auctions under all policies', async () => {
    const all = await Promise.all(CONTESTANTS.map(async (who) => {
      const counts = nothing();
      await live({ kind: KINDS[2], days: 30, seed: 5 }, POLICIES[who], counts);
      return [counts.views, counts.auctions];
    }));
    expect(all[1]).to.eql(all[0]).and.not.include(0);
    expect(all[2]).to.eql(all[0]);
  });

  it('begins with a login, for which nobody asks', async () => {
    for (const who of CONTESTANTS) expect(await lives(who, [seen(0, MINUTE / 3)])).to.deep.include({ views: 1, auctions: 1, valid: 1, requests: 0, held: 0 });
  });

  it('has one round trip in the hold of a reader who is back with an expired token, and theirs two', async () => {
    const back = [seen(0, 1000), seen(HOURS_5, HOURS_5 + 1000)];
    expect(await lives('ours', back)).to.deep.include({ valid: 2, held: 1, heldMs: 100, requests: 1, preflights: 0 });
    expect(await lives('theirs', back)).to.deep.include({ valid: 2, held: 1, heldMs: 200, requests: 1, preflights: 1 });
  });

  it('has no token in an auction that its page has not lived to see', async () => {
    expect(await lives('ours', [seen(0, 1000), seen(HOURS_5, HOURS_5 + 50)])).to.deep.include({ auctions: 2, valid: 1, held: 1, heldMs: 0 });
  });

  it('has nothing to send while an expired token is refreshed', () => {
    const world = { now: () => HOURS_5, identityOf: () => identityAt(0), ask: () => new Promise(() => {}) } as unknown as World;
    const opened = createPrebid(world).open(0, Infinity);
    opened.load();
    expect([opened.auction() instanceof Promise, opened.sends()]).to.eql([true, undefined]);
  });

  it('has expired tokens in a page that stays open, but for ours', async () => {
    const open = [seen(0, HOURS_5)];
    const [ours, theirs, often] = await Promise.all(CONTESTANTS.map((who) => lives(who, open)));
    expect(theirs.expired / theirs.auctions).to.be.within(0.19, 0.21);
    expect([ours.expired, often.expired, ours.valid]).to.eql([0, 0, ours.auctions]);
    expect([ours.requests, theirs.requests]).to.eql([4, 0]);
    expect(often.requests).to.be.within(58, 60);
  });

  it('has no auctions and no requests while the page is hidden, and a valid token when it is seen again', async () => {
    const left = [{ open: 0, hide: 1000, back: HOURS_5, close: HOURS_5 + 1000 }];
    expect(await lives('ours', left)).to.deep.include({ auctions: 2, valid: 2, expired: 0, requests: 1 });
    expect(await lives('theirs', left)).to.deep.include({ auctions: 2, valid: 1, expired: 1, requests: 0 });
  });

  it('is told of by the hour', async () => {
    const { byHour } = await lives('ours', [seen(0, 1000), seen(HOURS_5, HOURS_5 + 1000)]);
    expect(byHour.flatMap((requests, hour) => (requests ? [[hour, requests]] : []))).to.eql([[5, 1]]);
  });

  it('is of the site by the shares of its readers', () => {
    const days = new Map(KINDS.map((one, index) => [one, addTo(nothing(), { ...nothing(), views: index, byHour: Array(24).fill(1) }, 1)]));
    const { views, byHour } = siteOf(days);
    expect(views).to.be.closeTo(KINDS.reduce((sum, { share }, index) => sum + share * index, 0), 1e-9);
    expect(byHour[0]).to.be.closeTo(1, 1e-9);
  });
});

describe('a peak', () => {
  it('is the busiest of equal parts, per second', () => {
    expect(peakOf([1, 1, 5, 3, 0, 0, 99], 2)).to.equal(4);
  });
});

describe('the report', () => {
  const measured = [{
    name: 'hold', title: 'A < B', seconds: 1, notes: ['a note'],
    rows: [{ what: 'fresh', unit: 'ms' as const, samples: { ours: [1, 2, 3], theirs: [4] }, plot: ['A plot', 'one name'] as [string, string] }, { what: 'none', unit: '' as const, samples: { ours: [1] } }],
  }];
  const text = page({ began: 'now', seconds: 1, runs: 1, quick: true, prebid: '11', node: 'v1', processor: '1 ×', load: 0 }, measured);

  it('has a plot and a table of each section, and needs nothing else', () => {
    expect(text.match(/<svg/g)).to.have.length(1);
    expect(text).to.include('A plot').and.include('one name').and.include('<td>2 (1–3)</td><td>4</td><td>0.50</td>').and.include('A &#60; B');
    expect(text).not.to.match(/<script|src=|@import|url\(http/);
  });
});

describe('npm run bench', function () {
  this.timeout(120_000);
  const output = scratch();
  after(() => output.remove());

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bench/index.ts', ...args],
      { cwd: root, encoding: 'utf8', env: noColors() });
    return { status, stdout, stderr };
  }

  it('prints a table, and writes a page and the numbers', () => {
    const { status, stdout } = run('--only', 'month', '--quick', '--runs', '1', '--out', output.directory);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^A site's month\n/m).and.match(/ +ours +theirs +ours, every 5 min +ours \/ theirs\n +auctions with a valid token, % +\d/);
    const { runs, quick, sections } = JSON.parse(fs.readFileSync(path.join(output.directory, 'results.json'), 'utf8'));
    expect([runs, quick, sections.map(({ name }: { name: string }) => name)]).to.eql([1, true, ['month']]);
    expect(fs.readFileSync(path.join(output.directory, 'report.html'), 'utf8')).to.match(/<svg[^]+<table>/);
  });

  it('says whether an earlier run found the same', () => {
    const before = path.join(output.directory, 'results.json');
    expect(run('--only', 'month', '--quick', '--runs', '1', '--out', output.directory, '--compare', before).stdout).to.match(/^ {2}figures without a spread: [1-9]\d* the same, 0 changed$/m);
  });

  it('has a section for everything it says', () => {
    expect(SECTIONS.map(({ name }) => name)).to.eql(['bytes', 'hold', 'faults', 'work', 'tabs', 'day', 'month', 'scale']);
  });

  it('fails the operator in every way it can fail', () => {
    expect(new Set(Object.values(FAULTS).map(({ kind }) => kind))).to.deep.equal(new Set(FAULT_KINDS));
  });

  it('refuses what is no section or no number', () => {
    expect(run('--only', 'everything')).to.include({ status: 1, stdout: '' });
    expect(run('--runs', '0')).to.include({ status: 1, stdout: '' });
    expect(run('--compare', 'package.json')).to.include({ status: 1, stdout: '' });
  });
});
