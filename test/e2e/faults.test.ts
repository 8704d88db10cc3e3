import { expect } from 'chai';
import { FAULT_KINDS, type FaultKind } from '../../operator/faults.ts';
import { PARKED } from './pageServer.ts';
import { inBrowser } from './support.ts';
import { expectNoUid2 } from './visitor.ts';

const FIELDS = ['body', 'advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires'];

const FAULTS: Record<string, FaultKind> = {
  'answers 400': { kind: 'status', status: 400 },
  'answers 401': { kind: 'status', status: 401 },
  'answers 403 with HTML': { kind: 'status', status: 403, body: '<h1>Forbidden</h1>', contentType: 'text/html' },
  'answers 429': { kind: 'status', status: 429 },
  'answers 500': { kind: 'status', status: 500 },
  'answers 502 with HTML': { kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>', contentType: 'text/html' },
  'answers 503 without a body': { kind: 'status', status: 503, body: '' },
  'answers 200 without a body': { kind: 'status', status: 200, body: '' },
  'never answers': { kind: 'hang' },
  'closes the connection': { kind: 'close' },
  'sends half of its base64': { kind: 'truncated' },
  'sends garbage': { kind: 'garbage' },
  'sends no base64': { kind: 'notBase64' },
  'encrypts with a wrong key': { kind: 'wrongKey' },
  'encrypts nothing': { kind: 'plainJson' },
  'encrypts what is no JSON': { kind: 'badJson' },
  'sends 10 MB': { kind: 'huge' },
  ...Object.fromEntries(FIELDS.map((field) => [`leaves out ${field}`, { kind: 'missingFields' as const, fields: [field] }]))
};

describe('An operator at fault', () => {
  const world = inBrowser();

  it('is tried in every way it can fail', () => {
    // opting out is no fault: leaving.test.ts
    expect(new Set([...Object.values(FAULTS).map(({ kind }) => kind), 'optout'])).to.deep.equal(new Set(FAULT_KINDS));
  });

  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`${name}: the auction goes on without a UID2, and nothing is lost`, async () => {
      const uid2Token = await world.login('expired');
      world.operator.admin.fault({ endpoint: 'refresh', ...fault });
      // who never answers cannot be waited for; everybody else must be through long before
      const auctionDelay = fault.kind === 'hang' ? 300 : undefined;
      const visitor = await world.open({ params: { uid2Token }, auctionDelay });
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
      expect(world.refreshes()).not.to.be.empty;

      // a request that hangs in an open tab would be waited for
      await visitor.page.goto(`${world.url}${PARKED}`);
      world.operator.admin.clearFaults();
      const next = await world.open({ params: { uid2Token } });
      await world.later(3600_000);
      // after an operator that has not answered, auctions wait for none until it has
      if (fault.kind === 'hang') await next.page.waitForFunction(() => (window as any).pbjs.uid2.status().reason === 'ok');
      expect((await next.auction()).uid2.appnexus).to.be.a('string').and.not.equal(uid2Token.advertising_token);
    });
  }

  it('that cannot be reached: the auction goes on without a UID2', async () => {
    const uid2Token = await world.login('expired');
    await world.operator.close();
    const visitor = await world.open({ params: { uid2Token } });
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
  });

  it('leaves a stale token in use', async () => {
    const uid2Token = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    const visitor = await world.open({ params: { uid2Token } });
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: uid2Token.advertising_token, theadx: uid2Token.advertising_token });
  });
});
