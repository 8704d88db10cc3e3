// status() tells beforehand what the next auction sends (R19): rules that change, a late token, a record that is gone.
import { expect } from 'chai';
import { registerActivityControl } from 'src/activities/rules.js';
import { startAuction } from 'src/prebid.js';
import { KEY, stored } from './support/browser';
import { identity } from './support/page';
import { auction, configure, eidOf, pbjs, prebidForEach } from './support/prebid';
import { until } from './support/until';

const DENIES_ALL = () => ({ allow: false });
const deniesSsp = ({ componentName }: { componentName: string }) => (componentName === 'ssp' ? { allow: false } : undefined);

describe('uid2 withheld', () => {
  prebidForEach();

  let token: Awaited<ReturnType<typeof identity>>;
  const ends: (() => void)[] = [];

  beforeEach(async () => { token = await identity(); });
  afterEach(() => { ends.splice(0).forEach((end) => end()); });

  /** A rule, until it is taken away or the test ends. */
  function rule(denies: (params: any) => object | undefined): () => void {
    const end = registerActivityControl('transmitEids', 'uid2 withheld', denies as any);
    ends.push(end);
    return end;
  }

  const expectStatus = (status: object) => expect(pbjs.uid2.status()).to.include(status);
  // Prebid asks bidders in any order
  const expectWithheld = (bidders?: string[]) => expect(pbjs.uid2.status().withheldFrom?.sort()).to.deep.equal(bidders);
  const got = async () => Object.entries(await auction())
    .filter(([, { userIdAsEids }]) => userIdAsEids.length > 0).map(([bidder]) => bidder);

  it('follows a rule that is taken away after the auction', async () => {
    configure({ uid2Token: token });
    const end = rule(DENIES_ALL);
    expect(await got()).to.deep.equal([]);
    expectStatus({ reason: 'transmitEids denied' });
    expectWithheld(['otherSsp', 'ssp']);
    end();
    expectStatus({ reason: 'ok' });
    expectWithheld(undefined);
    expect(await got()).to.have.members(['ssp', 'otherSsp']);
  });

  it('follows a rule that comes after the auction', async () => {
    configure({ uid2Token: token });
    expect(await got()).to.have.members(['ssp', 'otherSsp']);
    rule(deniesSsp);
    expectStatus({ reason: 'ok' });
    expectWithheld(['ssp']);
    expect(await got()).to.deep.equal(['otherSsp']);
    rule(DENIES_ALL);
    expectStatus({ reason: 'transmitEids denied' });
    expect(await got()).to.deep.equal([]);
  });

  it('follows the bidders of the entry, from when Prebid knows of them', async () => {
    configure({ uid2Token: token });
    await auction();
    configure({ uid2Token: token }, { bidders: ['another'] });
    expectStatus({ reason: 'ok' });
    expect(await got()).to.have.members(['ssp', 'otherSsp']);
    await pbjs.refreshUserIds();
    expectStatus({ reason: 'bidder not listed' });
    expect(await got()).to.deep.equal([]);
    configure({ uid2Token: token }, { bidders: ['another', 'ssp'] });
    await pbjs.refreshUserIds();
    expectStatus({ reason: 'ok' });
    expectWithheld(['otherSsp']);
    expect(await got()).to.deep.equal(['ssp']);
  });

  it('is told of a rule where the entry lists the bidder that the rule denies', async () => {
    configure({ uid2Token: token }, { bidders: ['ssp'] });
    rule(deniesSsp);
    expect(await got()).to.deep.equal([]);
    expectStatus({ reason: 'transmitEids denied' });
    expectWithheld(['otherSsp', 'ssp']);
  });

  it('does not take a token that came too late for the auction for one that is withheld', async () => {
    configure({});
    // as a real-time data module does, after IDs were put together
    const late = (next: any, ...request: any[]) => {
      configure({ uid2Token: token });
      next(...request);
    };
    startAuction.before(late, 20);
    ends.push(() => { (startAuction.getHooks({ hook: late }) as any).remove(); });
    expect(await got()).to.deep.equal([]);
    expectStatus({ reason: 'ok' });
    expectWithheld(undefined);
    ends.splice(0).forEach((end) => end());
    expect(await got()).to.have.members(['ssp', 'otherSsp']);
  });

  it('takes an empty list of bidders for all of them, as Prebid does', async () => {
    configure({}, { bidders: [] });
    await auction();
    configure({ uid2Token: token }, { bidders: [] });
    expectStatus({ reason: 'ok' });
    expectWithheld(undefined);
    expect(await got()).to.have.members(['ssp', 'otherSsp']);
  });

  it('names no bidders where the reader has opted out', async () => {
    configure({ uid2Token: { status: 'optout' } });
    await auction();
    expectStatus({ state: 'optedOut' });
    expectWithheld(undefined);
  });

  it('knows of a record that the page itself has just removed', async () => {
    configure({ uid2Token: token });
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
    // it is written after the task in which Prebid asks
    await until(stored);
    localStorage.removeItem(KEY);
    expectStatus({ reason: 'loggedOut' });
    expect(await got()).to.deep.equal([]);
  });
});
