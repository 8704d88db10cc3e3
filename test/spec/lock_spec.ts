// One tab after the other asks the operator (R10).
import { expect } from 'chai';
import { webLock } from '../../libraries/uid2Session/lock';
import { shadow } from './support/shadow';
import { until } from './support/until';

function gate() {
  let open: () => void;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { opened, open: () => open() };
}

describe('uid2 lock', () => {
  it('lets one in after the other', async () => {
    const [lock, other] = [webLock(1e9), webLock(1e9)];
    const { opened, open } = gate();
    const log: string[] = [];
    const first = lock(async () => { log.push('first in'); await opened; log.push('first out'); });
    const second = other(async () => { log.push('second'); });
    await until(() => log.length);
    open();
    await Promise.all([first, second]);
    expect(log).to.deep.equal(['first in', 'first out', 'second']);
  });
  it('runs a task that comes while the page itself has the lock in that lock, before other pages', async () => {
    const [lock, other] = [webLock(1e9), webLock(1e9)];
    const { opened, open } = gate();
    const log: unknown[] = [];
    const first = lock(async () => { log.push('first'); await opened; throw new Error(); }).catch(() => {});
    await until(() => log.length);
    const others = other(async (hasWaited) => { log.push('other', hasWaited); });
    const second = lock(async (hasWaited) => { log.push('second', hasWaited); });
    open();
    await Promise.all([first, others, second]);
    expect(log).to.deep.equal(['first', 'second', false, 'other', true]);
  });
  it('runs a task that comes while the lock is being given back, without a wait for anybody\'s news', async () => {
    const lock = webLock(1e9);
    const log: unknown[] = [];
    let second: Promise<unknown> | undefined;
    // the browser is asked for its locks once the task is done
    const { query } = navigator.locks;
    shadow(navigator.locks, 'query', () => {
      second ??= lock(async (hasWaited) => { log.push('second', hasWaited); });
      return query.call(navigator.locks);
    });
    await lock(async () => { log.push('first'); });
    await second;
    expect(log).to.deep.equal(['first', 'second', false]);
  });
  it('is given back where the browser cannot be asked for its locks', async () => {
    shadow(navigator.locks, 'query');
    const [lock, other] = [webLock(1e9), webLock(1e9)];
    await lock(async () => {});
    const { opened, open } = gate();
    const log: string[] = [];
    const others = other(async () => { log.push('other in'); await opened; log.push('other out'); });
    await until(() => log.length);
    const mine = lock(async () => { log.push('mine'); });
    open();
    await Promise.all([others, mine]);
    expect(log).to.deep.equal(['other in', 'other out', 'mine']);
  });
  it('lets in a task that has waited long enough', async () => {
    const { opened, open } = gate();
    const first = webLock(1e9)(() => opened);
    let ran = 0;
    await webLock(1)(async () => { ran++; });
    open();
    await first;
    expect(ran).to.equal(1);
  });
  it('is free again after a task that fails', async () => {
    await webLock(1e9)(() => Promise.reject(new Error())).catch(() => {});
    let ran = 0;
    await webLock(1e9)(async () => { ran++; });
    expect(ran).to.equal(1);
  });
  it('runs a task where the browser has no locks', async () => {
    shadow(navigator, 'locks');
    let ran = 0;
    await webLock(1e9)(async () => { ran++; });
    expect(ran).to.equal(1);
  });
});
