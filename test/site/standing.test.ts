// How things stand: each part of the page says the same, as all of them read this.
import { expect } from 'chai';
import type { SessionView } from '../../integrationExamples/uid2/panel/page.ts';
import { readerInWords, standingOf, type Known } from '../../integrationExamples/uid2/panel/standing.ts';

const NOW = 1_800_000_000_000;
const session = (more: Partial<NonNullable<SessionView>> = {}): SessionView => ({ mode: 'cookie', user: 'user@example.com', optedOut: false, refreshedAt: NOW, ...more });
const known = (more: Partial<Known>): Known => ({ mode: 'cookie', session: session(), optedOutHere: false, status: { state: 'none', reason: 'no cookie' }, now: NOW, ...more });
const saidOf = (more: Partial<Known>) => {
  const standing = standingOf(known(more));
  return [standing.chip, standing.reason, standing.isOut, readerInWords(standing, known(more))];
};
const OPTED_OUT = 'This reader has opted out of UID2. No token is sent. Only a new login asks the operator again.';

describe('how things stand', () => {
  it('is what the module says', () => {
    expect(saidOf({ status: { state: 'fresh', reason: 'ok' } })).to.deep.equal(['Fresh', 'ok', false, '']);
    expect(saidOf({ status: { state: 'expired', reason: 'http 503' } }).slice(0, 2)).to.deep.equal(['Expired', 'http <status>']);
  });

  it('is an opt-out if the operator has told the server so at login, whatever the module can know', () => {
    for (const reason of ['no cookie', 'none']) {
      expect(saidOf({ session: session({ optedOut: true }), status: { state: 'none', reason } })).to.deep.equal(['Opted out', 'opted out on the server', true, OPTED_OUT]);
    }
  });

  it('is an opt-out to come while only the operator knows of it', () => {
    const [chip, , isOut, text] = saidOf({ optedOutHere: true, status: { state: 'fresh', reason: 'ok', nextRefresh: NOW + 9000 } });
    expect([chip, isOut]).to.deep.equal(['Fresh', true]);
    expect(text).to.equal('This reader has opted out at the operator. The browser learns of it at the next refresh in 0:09. Until then the token goes out.');
  });

  it('is an opt-out when the browser knows of it', () => {
    expect(saidOf({ status: { state: 'optedOut', reason: 'optedOut' } })).to.deep.equal(['Opted out', 'optedOut', true, OPTED_OUT]);
  });

  it('is the server\'s word in server-only mode', () => {
    const server = (more: Partial<NonNullable<SessionView>>) => saidOf({ mode: 'server-only', session: session({ mode: 'server-only', ...more }), status: { state: 'none', reason: 'not asked' } });
    const times = { refreshFrom: NOW + 1, identityExpires: NOW + 2, refreshExpires: NOW + 3 };
    expect(server(times)[0]).to.equal('Fresh');
    expect(server({ ...times, refreshFrom: NOW, identityExpires: NOW })[0]).to.equal('Used up');
    expect(server({ optedOut: true })).to.deep.equal(['Opted out', 'opted out on the server', true, OPTED_OUT]);
  });

  it('is elsewhere for a reader of another mode', () => {
    expect(standingOf(known({ mode: 'config' }))).to.include({ isHere: false, isElsewhere: true, isOut: false });
  });
});
