// What the module makes of an answer when the device's clock is wrong (R9).
import { expect } from 'chai';
import { received, stateOf, type Identity } from '../../libraries/uid2Session/identity';
import { HOUR } from './support/operator';

const MINUTE = 60e3;
const NOW = 1e12;

/** An answer of an operator whose clock is this far from ours, ms. */
const answer = (ahead = 0, fresh = HOUR, life = 4 * HOUR): Identity => ({
  advertising_token: 'a',
  refresh_token: 'r',
  refresh_from: NOW + ahead + fresh,
  identity_expires: NOW + ahead + life,
  refresh_expires: NOW + ahead + 720 * HOUR,
});
const stateAfter = (identity: Identity, ms: number) => stateOf({ latestToken: identity }, NOW + ms);

describe('uid2 clock', () => {
  it('leaves an answer as it is if the clock is right', () => {
    expect(received(answer(), Infinity, NOW)).to.deep.equal(answer());
  });
  for (const hours of [-26, -5, -1.5, -1, 2.5, 5, 26]) {
    it(`takes an answer as fresh for 1 h and valid for 4 h with the operator's clock ${hours} h off ours`, () => {
      const identity = received(answer(hours * HOUR), Infinity, NOW);
      const states = [HOUR - 1, HOUR, 4 * HOUR - 1, 4 * HOUR].map((ms) => stateAfter(identity, ms));
      expect(states).to.deep.equal(['fresh', 'stale', 'stale', 'expired']);
    });
  }
  for (const minutes of [-59, -30, 30, 110]) {
    it(`never takes a token as valid after its end, nor asks within 20 min, with clocks ${minutes} min apart`, () => {
      const identity = received(answer(minutes * MINUTE), Infinity, NOW);
      // by the operator's clock it ends four hours from now
      expect(identity.refresh_from).to.be.within(NOW + 20 * MINUTE, NOW + 4 * HOUR);
    });
  }
  it('keeps short lifetimes, and asks after a ninth of the stale time at the soonest', () => {
    const identity = received(answer(0, 1000, 91e3), Infinity, NOW);
    expect([identity.refresh_from - NOW, identity.identity_expires - NOW]).to.deep.equal([10e3, 91e3]);
  });
  it('takes a token as expired if its answer gives it no lifetime', () => {
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
