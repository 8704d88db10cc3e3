// A page on a name of its own over plain http has no crypto.subtle; the operator speaks TLS.
import { expect } from 'chai';
import { bid } from './bid.ts';
import { EMAIL, securePublisher, SITE } from './securePublisher.ts';

describe('A page over plain http', () => {
  const world = securePublisher();
  const { loginStale, loginExpired, tokenCookie, configure, status } = world;
  const plainUrl = () => `http://${SITE}:${new URL(world.smallest.url).port}/`;

  it('cannot generate: no bid has a token, the operator is not asked, and the reason is: insecure page', async () => {
    await world.page.goto(plainUrl());
    await configure({ ...world.operator.cstg, email: EMAIL });
    expect(await bid(world.page)).to.equal(undefined);
    expect(await status()).to.include({ state: 'none', reason: 'insecure page' });
    expect(world.fronts.operator.requests()).to.deep.equal([]);
  });

  it('cannot refresh: a stale uid2Token is in bids until it expires, the operator is not asked, and then the reason is: insecure page', async () => {
    await loginStale();
    const stale = await tokenCookie();
    await loginExpired();
    const expired = await tokenCookie();
    await world.page.goto(plainUrl());
    await configure({ uid2Token: stale });
    expect(await bid(world.page)).to.be.a('string').and.equal(stale.advertising_token);
    await configure({ uid2Token: expired });
    expect(await bid(world.page)).to.equal(undefined);
    expect((await status()).reason).to.equal('insecure page');
    expect(world.fronts.operator.requests()).to.deep.equal([]);
  });

  it('on a loopback address is as good as one by https', async () => {
    await world.page.goto(`${world.smallest.url}/`);
    await configure({ ...world.operator.cstg, email: EMAIL });
    expect((await status()).reason).to.equal('domain not on the account\'s list: http 403');
  });
});
