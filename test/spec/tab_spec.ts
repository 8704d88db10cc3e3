// What wakes a tab, and what it shares with other tabs (R9, R10).
import { expect } from 'chai';
import sinon from 'sinon';
import { requestsOf } from '../../libraries/uid2Session/requests';
import { browserTab } from '../../libraries/uid2Session/tab';
import { HOUR } from './support/operator';
import { forgetRequests } from './support/page';
import { hidePage, unshadow } from './support/shadow';
import { until } from './support/until';
import type { Note } from '../../libraries/uid2Session/types';

const DAY = 24 * HOUR;

describe('uid2 tab', () => {
  let clock: sinon.SinonFakeTimers;
  const heard: string[] = [];
  let elapsed = 0;
  const tab = browserTab('key', () => elapsed, 'tab test');
  const other = browserTab('key', () => elapsed, 'tab test');
  const news: (Note | undefined)[] = [];
  const storageEvent = (key: string | null) => window.dispatchEvent(new StorageEvent('storage', { key }));

  before(() => {
    other.open({ onChange() {}, onVisibility() {}, onLeave() {} });
    tab.open({
      onChange: (given) => { heard.push('look'); news.push(given); },
      onVisibility: () => heard.push('turned'),
      onLeave() {
        heard.push(tab.isLeaving() ? 'left' : 'left suddenly');
        tab.tell({ since: 7, ended: [], pauses: {} });
      },
    });
  });
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    heard.length = 0;
    news.length = 0;
    elapsed += DAY;
  });
  afterEach(() => {
    tab.wakeAfter(Infinity);
    clock.restore();
    unshadow();
    // opens the channel again
    window.dispatchEvent(new Event('pageshow'));
  });

  it('wakes once, when the time has come', () => {
    tab.wakeAfter(5000);
    clock.tick(4999);
    expect(heard).to.deep.equal([]);
    clock.tick(DAY);
    expect(heard).to.deep.equal(['look']);
  });
  it('looks once an hour if the time is further away than a timer can reach', () => {
    tab.wakeAfter(40 * DAY);
    clock.tick(HOUR - 1);
    expect(heard).to.deep.equal([]);
    clock.tick(1);
    expect(heard).to.deep.equal(['look']);
  });
  it('forgets the earlier time when it gets another, or none', () => {
    tab.wakeAfter(1000);
    tab.wakeAfter(2000);
    clock.tick(1500);
    expect(heard).to.deep.equal([]);
    tab.wakeAfter(Infinity);
    clock.tick(DAY);
    expect(heard).to.deep.equal([]);
  });
  it('sets no timer in a hidden page', () => {
    hidePage();
    tab.wakeAfter(1000);
    clock.tick(DAY);
    expect([tab.isHidden(), heard]).to.deep.equal([true, []]);
  });
  it('tells when the page is shown or hidden, and looks when it comes back from the cache', () => {
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    expect(heard).to.deep.equal(['turned', 'look']);
  });
  it('tells when the page is left, and that no event came before', () => {
    window.dispatchEvent(new Event('pagehide'));
    expect([heard, tab.isLeaving()]).to.deep.equal([['left suddenly'], false]);
  });
  it('looks when another tab writes our keys, or clears everything', () => {
    storageEvent('key');
    storageEvent('key_note');
    storageEvent(null);
    expect(heard).to.deep.equal(['look', 'look', 'look']);
  });
  it('does not look when another key is written', () => {
    storageEvent('theirs');
    storageEvent('their key');
    expect(heard).to.deep.equal([]);
  });
  it('waits for the news of a tab that had the lock as long as a busy machine may take, and no longer', async () => {
    const late = tab.nextChange();
    clock.tick(900);
    other.tell();
    const never = tab.nextChange();
    clock.tick(1100);
    expect(await Promise.all([late, never])).to.deep.equal([true, false]);
  });
  it('hears another Prebid of this document at once, and not itself', () => {
    other.tell();
    expect(heard).to.deep.equal(['look']);
    tab.tell();
    expect(heard).to.deep.equal(['look']);
  });
  it('counts the requests of all Prebids of this document, the last six, whoever is loaded when', () => {
    forgetRequests();
    const [one, another] = [requestsOf(window, () => elapsed), requestsOf(window, () => elapsed)];
    for (let request = 0; request < 4; request++) [one, another].forEach(({ count }) => count());
    const later = requestsOf(window, () => elapsed);
    for (const { lately } of [one, another, later]) expect(lately()).to.deep.equal(Array(6).fill(elapsed));
  });
  it('still tells what leaving the page brings', async () => {
    const channel = new BroadcastChannel('tab test');
    const told = new Promise<{ since?: number }>((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
    window.dispatchEvent(new PageTransitionEvent('pagehide'));
    clock.restore();
    expect((await told).since).to.equal(7);
    channel.close();
  });
  it('hears another document\'s news, and looks again, as a cookie may come later', async () => {
    const channel = new BroadcastChannel('tab test');
    channel.postMessage({ since: 5, ended: ['a', 7] });
    clock.restore();
    // what the test before has told may come in between
    const told = () => news.findIndex((one) => one && 'since' in one);
    await until(() => told() >= 0 && news.slice(told() + 1).includes(undefined));
    channel.close();
    expect(news[told()]).to.include({ since: 5 }).and.have.deep.property('ended', ['a']);
  });
  for (const odd of [null, 'text', { since: 'x' }, { since: 1e16 }, [], { since: NaN }]) {
    it(`takes nothing from the news ${JSON.stringify(odd)}`, async () => {
      const channel = new BroadcastChannel('tab test');
      channel.postMessage(odd);
      channel.postMessage({ since: 9 });
      clock.restore();
      await until(() => news.some((one) => one?.since === 9));
      channel.close();
      // what the test before has told may come in between
      expect(news.map((one) => one?.since ?? 0).filter((one) => one !== 0 && one !== 5)).to.deep.equal([9]);
    });
  }
});
