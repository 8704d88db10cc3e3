import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { type Expected, expectFailure } from '../harness/invert.ts';
import { pendingOf, type Group } from '../harness/pendingList.ts';
import { plainReporter, type Result, type Summary } from '../harness/reporter.ts';
import { scratch } from './support.ts';

describe('a test that is listed as pending', () => {
  type Outcome = { state?: string; pending: boolean; message?: string };

  async function run(body: Mocha.Func | Mocha.AsyncFunc, timeout = 2000, more: Partial<Expected> = {}): Promise<Outcome> {
    const mocha = new Mocha({ reporter: class {} as never });
    const test = new Mocha.Test('a test', body as Mocha.Func);
    mocha.suite.addTest(test);
    test.timeout(timeout);
    expectFailure(test, { until: 'next week', ...more });
    let message: string | undefined;
    await new Promise((resolve) => mocha.run(resolve).on('fail', (_test, error: Error) => { message = error.message; }));
    const outcome = { state: test.state, pending: test.isPending(), message };
    // or each run goes on listening to the process
    mocha.dispose();
    return outcome;
  }

  it('is pending when it throws', async () => {
    expect(await run(() => { throw new Error('not yet'); })).to.include({ pending: true, message: undefined });
  });

  it('is pending when it rejects', async () => {
    expect(await run(async () => { throw new Error('not yet'); })).to.include({ pending: true, message: undefined });
  });

  it('is pending when it calls back with an error', async () => {
    expect(await run((done) => done(new Error('not yet')))).to.include({ pending: true, message: undefined });
  });

  it('is pending when it never ends', async () => {
    expect(await run(() => new Promise(() => {}), 50)).to.include({ pending: true, message: undefined });
  });

  it('fails when it fails for another reason than the one that is listed', async () => {
    const body = () => { throw new Error('no driver'); };
    expect(await run(body, 2000, { error: 'not yet' })).to.include({ state: 'failed', message: 'no driver' });
    expect(await run(body, 2000, { error: '^no d' })).to.include({ pending: true, message: undefined });
  });

  it('is not run when it is unsteady', async () => {
    let runs = 0;
    expect(await run(() => { runs++; }, 2000, { unsteady: true })).to.include({ pending: true, message: undefined });
    expect(runs).to.equal(0);
  });

  it('fails when it passes, so that the list cannot rot', async () => {
    for (const body of [() => {}, async () => {}, (done: Mocha.Done) => done()]) {
      const { state, message } = await run(body);
      expect(state).to.equal('failed');
      expect(message).to.match(/^passes, but .*pending until next week: take it off the list$/);
    }
  });
});

describe('the list of pending tests', () => {
  const tests = ['a b', 'a c', 'd'].map((title) => ({ fullTitle: () => title }));
  const titled = (group: Partial<Group>) =>
    pendingOf(tests, [{ suite: 'own', until: 'then', ...group }]).map(([test, { until }]) => [test.fullTitle(), until]);

  it('names tests by their full titles', () => expect(titled({ titles: ['d'] })).to.eql([['d', 'then']]));
  it('names tests by patterns', () => expect(titled({ patterns: ['^a '] })).to.eql([['a b', 'then'], ['a c', 'then']]));

  it('may not name a test that is not there', () => {
    expect(() => titled({ titles: ['a'] })).to.throw('lists a test that is not there: a');
    expect(() => titled({ patterns: ['^x'] })).to.throw('lists a test that is not there: ^x');
  });
});

describe('the reporter of browser tests', () => {
  const { directory, remove } = scratch();
  after(remove);

  function report(results: Partial<Result>[], errors: string[] = []): { lines: string; summary: Summary; exited: Promise<boolean> } {
    const written: string[] = [];
    let closed = false;
    const summary = path.join(directory, 'deep/own.json');
    const reporter = plainReporter({ summary, suite: 'own', onExit: () => new Promise<void>((resolve) => setImmediate(() => { closed = true; resolve(); })), write: (line) => written.push(line) });
    const made = {} as Record<string, (...args: unknown[]) => void>;
    reporter.call(made, String);
    for (const result of results) made.onSpecComplete({}, { suite: ['UID2'], description: 'works', success: true, skipped: false, log: [], ...result });
    for (const error of errors) made.onBrowserError({}, error);
    made.onRunComplete();
    const exited = new Promise<boolean>((resolve) => made.onExit(() => resolve(closed)));
    return { lines: written.join('\n'), summary: JSON.parse(fs.readFileSync(summary, 'utf8')) as Summary, exited };
  }

  it('counts', () => {
    const { lines, summary } = report([{}, { success: false, log: ['Error: no\nat x.ts:1'] }, { skipped: true, description: 'waits' }]);
    expect(lines).to.include('own: 1 passed, 1 failed, 1 pending');
    expect(summary).to.eql({ passed: 1, failed: 1, pending: ['UID2 waits'], failures: ['UID2 works'] });
  });

  it('names pending tests', () => {
    expect(report([{ skipped: true, description: 'waits' }]).lines).to.match(/pending:[^]*- UID2 waits/);
  });

  it('shows why a test failed', () => {
    expect(report([{ success: false, log: ['Error: no\nat x.ts:1'] }]).lines).to.match(/1\) UID2[^]*works[^]*Error: no[^]*at x\.ts:1/);
  });

  it('counts an error outside of tests as a failure', () => {
    const { lines, summary } = report([{}], ['Uncaught ReferenceError: x']);
    expect(lines).to.include('Uncaught ReferenceError: x');
    expect(summary.failed).to.equal(1);
  });

  it('waits for what has to be closed', async () => {
    expect(await report([{}]).exited).to.equal(true);
  });
});
