// What the picture of the token's life is made from.
import { expect } from 'chai';
import { auctionInWords, auctionsIn } from '../../integrationExamples/uid2/panel/auctions.ts';
import { lifeOf, NOTHING, pastOf, withMark, withSample, withScene, type Scene } from '../../integrationExamples/uid2/panel/history.ts';
import { WIDE, windowOf } from '../../integrationExamples/uid2/panel/timeline.ts';

const T = 1_800_000_000_000;
const at = (seconds: number) => T + seconds * 1000;
const fresh = { state: 'fresh', refreshFrom: at(15), identityExpires: at(30) };
const spans = (list: Array<{ from: number; to: number; state: string }>) => list.map(({ from, to, state }) => [(from - T) / 1000, (to - T) / 1000, state]);

describe('the token\'s life', () => {
  it('is fresh, stale and expired in turn', () => {
    expect(spans(lifeOf({ time: T, ...fresh }, T, at(60)))).to.deep.equal([[0, 15, 'fresh'], [15, 30, 'stale'], [30, 60, 'expired']]);
    expect(spans(lifeOf({ time: T, ...fresh }, at(20), at(25)))).to.deep.equal([[20, 25, 'stale']]);
  });

  it('stays as it is where there is no token', () => {
    for (const state of ['none', 'dead', 'optedOut', 'expired']) expect(spans(lifeOf({ time: T, state }, T, at(5)))).to.deep.equal([[0, 5, state]]);
  });

  it('is told from samples, one for each thing that could not be foreseen', () => {
    let history = withSample(NOTHING, T, fresh);
    history = withSample(history, at(5), fresh);
    history = withSample(history, at(16), { ...fresh, state: 'stale' });
    expect(history.samples).to.have.length(1);
    history = withSample(history, at(20), { state: 'fresh', refreshFrom: at(35), identityExpires: at(50) });
    history = withSample(history, at(22), { state: 'none' });
    expect(spans(pastOf(history, at(25)))).to.deep.equal([[0, 15, 'fresh'], [15, 20, 'stale'], [20, 22, 'fresh'], [22, 25, 'none']]);
  });

  it('shows what a sleep has made of the token', () => {
    const history = withSample(withSample(NOTHING, T, fresh), at(60), { ...fresh, state: 'expired' });
    expect(spans(pastOf(history, at(61)))).to.deep.equal([[0, 15, 'fresh'], [15, 30, 'stale'], [30, 61, 'expired']]);
  });

  it('keeps the first time of a mark, and what is known of it last', () => {
    const mark = { key: 'a', kind: 'request' as const, time: T, isGood: false, text: 'no answer yet' };
    const history = withMark(withMark(NOTHING, mark), { ...mark, time: at(9), isGood: true, text: '200' });
    expect(history.marks).to.deep.equal([{ ...mark, isGood: true, text: '200' }]);
  });

  const scene = (change: Partial<Scene>): Scene => ({ isIn: false, optedOut: false, optedOutLater: false, fault: null, ahead: 0, ...change });

  it('marks logins, logouts, opt-outs, faults and sleeps', () => {
    const scenes = [{}, { isIn: true }, { isIn: true, optedOut: true }, { isIn: true, optedOut: true, fault: 'answers 500', ahead: 20_000 }, { ahead: 20_000 }];
    const history = scenes.reduce((all, change, i) => withScene(all, at(i), scene(change)), NOTHING);
    expect(history.marks.map(({ kind, text }) => `${kind}: ${text}`)).to.deep.equal([
      'login: Logged in', 'optOut: Opted out at the operator', 'fault: The operator answers 500', 'clock: Slept 20 s',
      'logout: Logged out', 'fault: The operator works again'
    ]);
    expect(withScene(history, at(9), scene({})).marks.map(({ text }) => text)).to.deep.equal(['The clock was set back']);
  });

  it('marks an opt-out that is seen in one look with the login, and no opt-out that was before it', () => {
    const marksOf = (optedOutLater: boolean) => [scene({}), scene({ isIn: true, optedOut: true, optedOutLater }), scene({})]
      .reduce((all, one, i) => withScene(all, at(i), one), NOTHING).marks.map(({ kind }) => kind);
    expect(marksOf(true)).to.deep.equal(['login', 'optOut', 'logout']);
    expect(marksOf(false)).to.deep.equal(['login', 'logout']);
  });

  it('is drawn over two lives back and one ahead, half a minute at least', () => {
    const wide = windowOf(withSample(NOTHING, T, { state: 'fresh', refreshFrom: at(3600), identityExpires: at(14400) }), T, WIDE);
    expect((T - wide.from) / 1000).to.equal(2 * 2 * 10_800);
    expect((T - windowOf(NOTHING, T, WIDE).from) / 1000).to.equal(60);
  });
});

describe('the auctions', () => {
  const event = (eventType: string, elapsedTime: number) => ({ eventType, elapsedTime, args: {} });
  const eids = [{ source: 'uidapi.com', uids: [{ id: 'A' }] }];

  it('are told from Prebid\'s events and what the SSPs have received', () => {
    const events = [event('requestBids', 10), event('auctionInit', 22), event('requestBids', 30), event('auctionInit', 31), event('requestBids', 100)];
    const received = [
      { time: T, ssp: 'prebid-server', nth: 1, body: { user: { ext: { eids } } } },
      { time: T, ssp: 'theadx', nth: 1, body: { ext: { uid2: undefined } } },
      { time: T, ssp: 'theadx', nth: 2, body: { ext: { uid2: 'A' } } }
    ];
    const auctions = auctionsIn(events, received);
    expect(auctions.map((auction) => auctionInWords(auction, 150))).to.deep.equal([
      'Auction 1: held 12 ms, UID2 at 1 of 2 SSPs', 'Auction 2: held 1 ms, UID2 at 1 of 1 SSPs', 'Auction 3: held for 50 ms so far'
    ]);
  });
});
