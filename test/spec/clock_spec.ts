// What the module makes of answers when the clock of the device is wrong, and how soon it asks again (R9, R11).
import { expect } from 'chai';
import { noteAfter, pauseOf } from '../../libraries/uid2/backoff';
import { received, stateOf, type Identity } from '../../libraries/uid2/tokens';

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const NOW = 1e12;

/** An answer of an operator whose clock is this far from ours, ms. */
const answer = (ahead = 0, fresh = HOUR, life = 4 * HOUR): Identity => ({
  advertising_token: 'a', refresh_token: 'r', refresh_from: NOW + ahead + fresh, identity_expires: NOW + ahead + life, refresh_expires: NOW + ahead + 720 * HOUR,
});
const stateAfter = (identity: Identity, ms: number) => stateOf({ latestToken: identity }, NOW + ms);

describe('uid2 answers and the clock', () => {
  it('leaves an answer as it is where the clock is right', () => {
    expect(received(answer(), Infinity, NOW)).to.deep.equal(answer());
  });
  for (const hours of [-26, -5, -1.5, -1, 2.5, 5, 26]) {
    it(`takes an answer for fresh for an hour and valid for four when the operator's clock is ${hours} h off ours`, () => {
      const identity = received(answer(hours * HOUR), Infinity, NOW);
      expect([HOUR - 1, HOUR, 4 * HOUR - 1, 4 * HOUR].map((ms) => stateAfter(identity, ms))).to.deep.equal(['fresh', 'stale', 'stale', 'expired']);
    });
  }
  for (const minutes of [-59, -30, 30, 110]) {
    it(`never takes a token for valid after its end, nor asks within twenty minutes, ${minutes} min off`, () => {
      const identity = received(answer(minutes * MINUTE), Infinity, NOW);
      // by the operator's clock it ends four hours from now
      expect(identity.refresh_from).to.be.within(NOW + 20 * MINUTE, NOW + 4 * HOUR);
    });
  }
  it('keeps to short lifetimes: a ninth of the time for which a token is stale, at least', () => {
    const identity = received(answer(0, 1000, 91e3), Infinity, NOW);
    expect([identity.refresh_from - NOW, identity.identity_expires - NOW]).to.deep.equal([10e3, 91e3]);
  });
  it('makes nothing usable of an answer that has no life', () => {
    expect(stateAfter(received(answer(-9 * HOUR, HOUR, HOUR), Infinity, NOW), 0)).to.equal('expired');
  });
  it('refreshes as often as the publisher wants', () => {
    expect(received(answer(), 5 * MINUTE, NOW)).to.deep.equal({ ...answer(), refresh_from: NOW + 5 * MINUTE });
    expect(received(answer(5 * HOUR), 5 * MINUTE, NOW).refresh_from).to.equal(NOW + 5 * MINUTE);
  });
  it('refreshes a token that looks fresh for longer than it will be stale, as after a clock was set back', () => {
    expect(stateAfter(answer(5 * HOUR), 0)).to.equal('stale');
  });
  it('believes a long-lived token', () => {
    expect(stateAfter(answer(0, 960 * HOUR, 2400 * HOUR), 0)).to.equal('fresh');
  });
});

describe('uid2 after failures', () => {
  const waits = (error: string, random: number) => [0, 1, 2, 5, 6, 7, 50].map((failures) => noteAfter(0, 1, error, failures, NOW, random)[2]! - NOW);

  it('waits 5 s, doubling to 5 min', () => {
    expect(waits('network', 0)).to.deep.equal([5e3, 10e3, 20e3, 160e3, 300e3, 300e3, 300e3]);
    expect(waits('http 503', 0)).to.deep.equal(waits('network', 0));
    expect(waits('unreadable', 0)).to.deep.equal(waits('network', 0));
  });
  it('waits 10 min after a refusal', () => {
    expect(waits('http 400', 0)).to.deep.equal(Array(7).fill(600e3));
    expect(waits('http 429', 0)).to.deep.equal(Array(7).fill(600e3));
  });
  it('waits for up to half as long again, by chance', () => {
    expect(waits('network', 1)).to.deep.equal(waits('network', 0).map((ms) => ms * 1.5));
  });
  it('counts failures and remembers the token, the error and the last logout', () => {
    const [logout, key, , failures, error] = noteAfter(0.5, 123, 'http 500', 2, NOW, 0);
    expect([logout, key, failures, error]).to.deep.equal([0.5, 123, 3, 'http 500']);
  });
  it('waits until the time has come, and not for a time that no failure gives', () => {
    expect([-1, 0, 1, 15 * MINUTE, 20 * MINUTE, 1e15, NaN].map((ms) => pauseOf(NOW + ms, NOW))).to.deep.equal([0, 0, 1, 15 * MINUTE, 0, 0, 0]);
  });
});
