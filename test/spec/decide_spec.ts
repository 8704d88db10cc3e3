// The policy as a table: a row per rule, with what is known and what follows (R1, R2, R6, R7, R9, R11, R14 to R16).
import { expect } from 'chai';
import { decide } from '../../libraries/uid2Session/decide';
import { NOTHING } from '../../libraries/uid2Session/memory';
import type { Identity, NumberedRecord } from '../../libraries/uid2Session/identity';
import type { Pause } from '../../libraries/uid2Session/pause';
import type { Decision, Memory, NumberedClaim, View } from '../../libraries/uid2Session/types';

const HOUR = 3600e3;
const NOW = 1e12;
const LOGIN = NOW - HOUR;

/** A token that is due and expires at these times from now, ms. */
const token = (due: number, end: number, last = end + 720 * HOUR): Identity =>
  ({ advertising_token: 'A', refresh_token: 'R', refresh_from: NOW + due, identity_expires: NOW + end, refresh_expires: NOW + last });

const FRESH = token(HOUR, 4 * HOUR);
const STALE = token(-HOUR, HOUR);
const EXPIRED = token(-4 * HOUR, -HOUR);
const DEAD = token(-800 * HOUR, -797 * HOUR, -1);

const of = (latestToken?: NumberedRecord['latestToken']): NumberedRecord =>
  ({ originalToken: { advertising_token: 'T' }, latestToken, login: LOGIN, answers: 1, updated: NOW - HOUR });
const NAMED: NumberedClaim = { kind: 'identity', source: 'params', name: 'T', login: LOGIN };
const PERSON: NumberedClaim = { kind: 'dii', source: 'params', name: 'P', login: LOGIN, firstNeed: { key: 'g1' } };
const NO_COOKIE: NumberedClaim = { kind: 'nobody', source: 'none', login: 0, flaw: 'no cookie' };
const UNUSABLE: NumberedClaim = { kind: 'unusable', source: 'none', login: 0, flaw: 'invalid email' };
const KEPT = (record: NumberedRecord): Partial<Memory> => ({ record, found: { record, until: Infinity }, claim: NAMED });
const paused = (identity: Identity, pause: Partial<Pause>): Partial<Memory> => ({
  ...KEPT(of(identity)),
  note: {
    ...NOTHING.note,
    pauses: { [`r${identity.identity_expires}`]: { kind: 'http', status: 503, failures: 1, until: NOW + 5e3, ...pause } },
  },
});
const since = (number: number) => ({ ...NOTHING.note, since: number });
const asking = (token: string) =>
  ({ key: `r${EXPIRED.identity_expires}`, identity: { ...EXPIRED, refresh_token: token }, flight: new AbortController() });

type Row = [rule: string, memory: Partial<Memory>, follows: Partial<Decision>, view?: Partial<View>];

const SENT = { id: 'A' };
const TABLE: Row[] = [
  ['nobody known: nothing', {}, { state: 'none', reason: 'none', publish: undefined, mayAsk: false, hold: false }],
  ['fresh: the token, until it is due', KEPT(of(FRESH)), { state: 'fresh', reason: 'ok', publish: SENT, mayAsk: false, hold: false, nextRefresh: NOW + HOUR }],
  ['stale: the token, and a refresh first', KEPT(of(STALE)), { state: 'stale', reason: 'ok', publish: SENT, mayAsk: true, hold: true }],
  ['stale with bidWhileRefreshing: no hold', KEPT(of(STALE)), { publish: SENT, mayAsk: true, hold: false }, { bidWhileRefreshing: true }],
  ['expired: nothing until it is refreshed', KEPT(of(EXPIRED)), { state: 'expired', publish: undefined, mayAsk: true, hold: true }],
  ['dead: nothing', KEPT(of(DEAD)), { state: 'dead', reason: 'dead', publish: undefined, mayAsk: false, hold: false }],
  ['opted out: the fact', KEPT(of('optout')), { state: 'optedOut', reason: 'optedOut', publish: { optout: true }, mayAsk: false, hold: false }],
  ['a person without a token: one is generated', { record: of(), claim: PERSON }, { state: 'none', mayAsk: true, hold: true }],
  ['a person whose token is dead: another one', { record: of(DEAD), claim: PERSON }, { state: 'dead', mayAsk: true, hold: true }],
  ['a request on its way: the auction waits', { ...KEPT(of(EXPIRED)), asking: asking('R') }, { reason: 'refreshing', hold: true, wakeAt: Infinity }],
  ['a request for somebody else: it does not count', { ...KEPT(of(FRESH)), asking: asking('other') }, { need: undefined, hold: false }],
  ['hidden: nobody is asked', KEPT(of(EXPIRED)), { reason: 'expired', mayAsk: false, hold: false }, { isHidden: true }],
  ['hidden, and an auction: asked', { ...KEPT(of(EXPIRED)), isWanted: true }, { mayAsk: true, hold: true }, { isHidden: true }],
  ['after a failure: a wait, without a hold', paused(EXPIRED, {}), { reason: 'http 503', mayAsk: false, hold: false, nextRefresh: NOW + 5e3 }],
  ['after a failure, still valid: the token', paused(STALE, {}), { reason: 'ok', publish: SENT, mayAsk: false, hold: false }],
  ['a wait that is longer than the token lives: looked at when it expires', paused(token(-HOUR, 60e3), { until: NOW + 300e3 }), { reason: 'ok', nextRefresh: NOW + 300e3, wakeAt: NOW + 60e3 }],
  ['lent: looked at when it expires', { lent: { source: 'sdk', record: { latestToken: STALE } } }, { wakeAt: NOW + HOUR }],
  ['a wait that is over: asked again', paused(EXPIRED, { until: NOW }), { mayAsk: true, hold: true }],
  ['a wait that no failure gives: none', paused(EXPIRED, { until: NOW + 24 * HOUR }), { mayAsk: true }],
  ['six requests in a minute: no more', KEPT(of(EXPIRED)), { mayAsk: false, nextRefresh: NOW + 59e3 }, { requestAges: [1000, 999, 998, 997, 996, 995] }],
  ['a slow operator: asked, without a hold', { ...KEPT(of(EXPIRED)), note: { ...since(0), isSlow: true } }, { mayAsk: true, hold: false }],
  ['a token that was logged out: nobody, whoever else is stored', { ...KEPT(of(FRESH)), claim: { kind: 'ended', source: 'none', login: 0, name: 'T' } }, { reason: 'loggedOut', publish: undefined }],
  ['named to __uid2, and logged out since: nobody, whatever others keep', { claim: { kind: 'left', source: 'none', login: 0 }, lent: { source: 'sdk', record: { latestToken: FRESH } } }, { reason: 'loggedOut', publish: undefined, source: 'none' }],
  ['named to __uid2, logged out, and another reader since: that one', { ...KEPT(of(FRESH)), claim: { kind: 'left', source: 'none', login: 0 } }, { publish: SENT, source: 'stored' }],
  ['logged out in this page: nobody', { claim: NAMED, note: since(NOW) }, { reason: 'loggedOut', publish: undefined, source: 'none' }],
  ['logged out in another tab, before a look: nobody', { ...KEPT(of(FRESH)), note: since(NOW) }, { reason: 'loggedOut', publish: undefined, mayAsk: false }],
  ['superseded by another tab\'s login: its reader', { ...KEPT({ ...of(FRESH), login: NOW }) }, { publish: SENT, source: 'stored' }],
  ['params that cannot work: nobody', { ...KEPT(of(FRESH)), claim: UNUSABLE }, { reason: 'invalid email', publish: undefined, keep: 'asIs' }],
  ['params that lack a field, of the record\'s reader: the record', { ...KEPT(of(FRESH)), claim: { kind: 'unusable', source: 'none', login: 0, flaw: 'x', name: 'T' } }, { publish: SENT, source: 'stored' }],
  ['opted out on the server: the fact', { ...KEPT(of(FRESH)), claim: { kind: 'optedOut', source: 'cookie', login: 0, flaw: 'opted out on the server' } }, { reason: 'opted out on the server', publish: { optout: true } }],
  ['denied: nothing, and storage stays as it is', { ...KEPT(of(EXPIRED)), leftoverSince: 0 }, { state: 'none', reason: 'coppa', publish: undefined, mayAsk: false, keep: 'asIs' }, { off: 'coppa' }],
  ['no cookie, and the stored token is being refreshed: that', { ...KEPT(of(EXPIRED)), claim: NO_COOKIE, asking: asking('R') }, { reason: 'refreshing' }],
  ['no cookie, and the refresh has failed: that', { ...paused(EXPIRED, {}), claim: NO_COOKIE }, { reason: 'http 503' }],
  ['no cookie, and the stored reader has opted out: that', { ...KEPT(of('optout')), claim: NO_COOKIE }, { reason: 'optedOut' }],
  ['no cookie, and what is stored is dead: no cookie', { ...KEPT(of(DEAD)), claim: NO_COOKIE }, { reason: 'no cookie' }],
  ['lent: the token, which is not ours to refresh', { lent: { source: 'sdk', record: { latestToken: STALE } } }, { publish: SENT, source: 'sdk', need: undefined, nextRefresh: undefined }],
  ['not stored yet: kept', { record: of(FRESH), claim: NAMED }, { keep: of(FRESH) }],
  ['expired and alone: not worth keeping', { record: of(EXPIRED), claim: NAMED }, { keep: 'asIs' }],
  ['expired, in the place of another reader: kept', { record: of(EXPIRED), claim: NAMED, found: { record: { ...of(FRESH), login: 1 }, until: Infinity } }, { keep: of(EXPIRED) }],
  ['a person in the place of another reader: that one goes', { record: of(), claim: PERSON, found: { record: of(FRESH), until: Infinity } }, { keep: 'remove' }],
  ['a record that is over: looked at again', { leftoverSince: NOW - 1 }, { keep: 'asIs', wakeAt: NOW + 999 }],
  ['a record that is still over a second later: it goes', { leftoverSince: NOW - 1000 }, { keep: 'remove' }],
  ['the same beside a token that is not worth keeping: it goes', { record: of(DEAD), claim: NAMED, leftoverSince: NOW - 1000 }, { keep: 'remove' }],
  ['a record that is over, denied: not looked at again', { leftoverSince: NOW - 1000 }, { wakeAt: Infinity }, { off: 'coppa' }],
  ['a record that is over, with params that cannot work: not looked at again', { claim: UNUSABLE, leftoverSince: NOW - 1000 }, { keep: 'asIs', wakeAt: Infinity }],
];

describe('uid2 decisions', () => {
  for (const [rule, memory, follows, view] of TABLE) {
    it(rule, () => {
      const decision = decide({
        now: NOW, requestAges: [], isHidden: false, bidWhileRefreshing: false, memory: { ...NOTHING, ...memory }, ...view,
      });
      for (const [name, value] of Object.entries(follows)) expect(decision[name as keyof Decision], name).to.deep.equal(value);
    });
  }
});
