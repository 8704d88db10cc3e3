// What a tab shares with others, and what wakes it: locks, timers, events (R9, R10).
import { expect } from 'chai';
import sinon from 'sinon';
import { webLock } from '../../libraries/uid2/lock';
import { pageWakeup } from '../../libraries/uid2/wakeup';
import { until } from './support/until';

const DAY = 24 * 3600e3;

function gate() {
  let open: () => void;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { opened, open: () => open() };
}

function without(name: string, run: () => Promise<void>) {
  Object.defineProperty(navigator, name, { value: undefined, configurable: true });
  return run().finally(() => Reflect.deleteProperty(navigator, name));
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
  it('lets in who has waited long enough', async () => {
    const { opened, open } = gate();
    const first = webLock(1e9)(() => opened);
    let ran = 0;
    await webLock(1)(async () => { ran++; });
    open();
    await first;
    expect(ran).to.equal(1);
  });
  it('is let go after a task that fails', async () => {
    await webLock(1e9)(() => Promise.reject(new Error())).catch(() => {});
    let ran = 0;
    await webLock(1e9)(async () => { ran++; });
    expect(ran).to.equal(1);
  });
  it('does not hinder where there are no locks', () => without('locks', async () => {
    let ran = 0;
    await webLock(1e9)(async () => { ran++; });
    expect(ran).to.equal(1);
  }));
});

describe('uid2 wakeup', () => {
  let clock: sinon.SinonFakeTimers;
  let woken = 0;
  let left = 0;
  const wakeAfter = pageWakeup('key')(() => { woken++; }, () => { left++; });

  const setHidden = (hidden: boolean) => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  const storageEvent = (key: string | null) => window.dispatchEvent(new StorageEvent('storage', { key }));

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    woken = 0;
  });
  afterEach(() => {
    wakeAfter();
    clock.restore();
    Reflect.deleteProperty(document, 'hidden');
  });

  it('wakes once, when the time has come', () => {
    wakeAfter(5000);
    clock.tick(4999);
    expect(woken).to.equal(0);
    clock.tick(DAY);
    expect(woken).to.equal(1);
  });
  it('looks once an hour on the way to a time that no timer of a browser can reach', () => {
    wakeAfter(40 * DAY);
    clock.tick(3600e3 - 1);
    expect(woken).to.equal(0);
    clock.tick(1);
    expect(woken).to.equal(1);
  });
  it('forgets the earlier time when it gets another, or none', () => {
    wakeAfter(1000);
    wakeAfter(2000);
    clock.tick(1500);
    expect(woken).to.equal(0);
    wakeAfter();
    clock.tick(DAY);
    wakeAfter(Infinity);
    clock.tick(DAY);
    expect(woken).to.equal(0);
  });
  it('sets no timer in a hidden page, and says so', () => {
    setHidden(true);
    expect(wakeAfter(1000)).to.equal(true);
    clock.tick(DAY);
    expect(woken).to.equal(0);
    setHidden(false);
    expect(wakeAfter(1000)).to.equal(false);
  });
  it('wakes when the page is shown or hidden, or comes back from the cache', () => {
    document.dispatchEvent(new Event('visibilitychange'));
    expect(woken).to.equal(1);
    window.dispatchEvent(new Event('pageshow'));
    expect(woken).to.equal(2);
  });
  it('tells when the page is left', () => {
    window.dispatchEvent(new Event('pagehide'));
    expect([woken, left]).to.deep.equal([0, 1]);
  });
  it('wakes when another tab writes what is ours, or clears everything', () => {
    storageEvent('key');
    storageEvent('key_note');
    storageEvent(null);
    expect(woken).to.equal(3);
  });
  it('does not wake for what others store', () => {
    storageEvent('theirs');
    storageEvent('their key');
    expect(woken).to.equal(0);
  });
});
