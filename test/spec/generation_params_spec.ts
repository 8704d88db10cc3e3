// Generation params that cannot work: nothing is asked, and status() says why (R17, R19).
import { expect } from 'chai';
import { latest, stored } from './support/browser';
import { EMAIL, generated, keyOffTheCurve, SECRETS, USER } from './support/generation';
import { cstg, endpoints } from './support/operator';
import { idOf, lateFetch, openPage } from './support/page';
import { shadow, unshadow } from './support/shadow';
import { until } from './support/until';

describe('uid2 generation: params with a flaw', () => {
  const badPrefix = cstg.serverPublicKey.replace('UID2-X', 'UID3-X');
  const cutOff = cstg.serverPublicKey.slice(0, -8);
  const FLAWS: [title: string, params: object, reason: string, needsCrypto?: true][] = [
    ['no key', { serverPublicKey: undefined, email: EMAIL }, 'invalid serverPublicKey'],
    ['a key with a bad prefix', { serverPublicKey: badPrefix, email: EMAIL }, 'invalid serverPublicKey'],
    ['a key that is no text', { serverPublicKey: { toString: null }, email: EMAIL }, 'invalid serverPublicKey'],
    ['a key that is no base64', { serverPublicKey: 'UID2-X-L-!', email: EMAIL }, 'invalid serverPublicKey', true],
    ['a key that is cut off', { serverPublicKey: cutOff, email: EMAIL }, 'invalid serverPublicKey', true],
    ['a key off the curve', { serverPublicKey: keyOffTheCurve(), email: EMAIL }, 'invalid serverPublicKey', true],
    ['no subscription', { subscriptionId: undefined, email: EMAIL }, 'invalid subscriptionId'],
    ['a bad e-mail address', { email: 'user' }, 'invalid email'],
    ['a bad phone number', { phone: '12345678901' }, 'invalid phone'],
    ['a bad hash of an e-mail address', { emailHash: 'ab'.repeat(32) }, 'invalid emailHash'],
    ['a bad hash of a phone number', { phoneHash: 'x' }, 'invalid phoneHash'],
  ];

  for (const [title, params, reason, needsCrypto] of FLAWS) {
    it(`make no request, and status() says why: ${title}`, async () => {
      const page = openPage();
      const { held, done, calls } = page.ask({ ...cstg, ...params });
      await done;
      expect([page.uid2.status().reason, page.published(), calls.length, await endpoints()])
        .to.deep.equal([reason, undefined, held ? 1 : 0, []]);
      if (!needsCrypto) expect(held).to.equal(false);
    });
    it(`are told in one line, however often they are given: ${title}`, async () => {
      const page = openPage();
      await page.ask({ ...cstg, ...params }).done;
      await page.ask({ ...cstg, ...params }).done;
      expect(page.warnings).to.deep.equal([[`UID2: ${reason}`]]);
    });
    it(`store no record, nor anything of the reader: ${title}`, async () => {
      await openPage().ask({ ...cstg, ...params }).done;
      expect(stored()).to.equal(undefined);
      if (!needsCrypto) expect(Object.keys(localStorage)).to.deep.equal([]);
      for (const secret of SECRETS) expect(JSON.stringify({ ...localStorage })).to.not.contain(secret);
    });
  }
});

describe('uid2 generation: params that are mended', () => {
  it('work at once', async () => {
    const page = openPage();
    await page.ask({ ...cstg, email: 'user' }).done;
    await page.ask(USER).done;
    expect([page.uid2.status().reason, idOf(page)]).to.deep.equal(['ok', latest()!.advertising_token]);
  });
  it('work at once after a key off the curve', async () => {
    const page = openPage();
    await page.ask({ ...USER, serverPublicKey: keyOffTheCurve() }).done;
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
  it('work on the next page after a key off the curve', async () => {
    await openPage().ask({ ...USER, serverPublicKey: keyOffTheCurve() }).done;
    const page = openPage();
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
  it('work at once after a wrong subscription whose answer is still on its way', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask({ ...USER, subscriptionId: 'nobodys' });
    await until(late.arrived);
    const second = page.ask(USER);
    late.release();
    await Promise.all([first.done, second.done]);
    expect(idOf(page)).to.equal(latest()!.advertising_token);
  });
});

describe('uid2 generation: an insecure page', () => {
  beforeEach(() => {
    shadow(crypto, 'subtle');
    shadow(navigator, 'locks');
  });

  it('lets the auction go, asks nothing, and says so in status()', async () => {
    const page = openPage();
    const { done, calls } = page.ask(USER);
    await done;
    expect([calls.length, page.published(), page.uid2.status().reason, await endpoints()])
      .to.deep.equal([1, undefined, 'insecure page', []]);
  });
  it('says so in one line', async () => {
    const page = openPage();
    await page.ask(USER).done;
    expect(page.warnings).to.deep.equal([['UID2: insecure page']]);
  });
  it('uses what a secure page has stored', async () => {
    unshadow();
    const { id } = await generated();
    shadow(crypto, 'subtle');
    const page = openPage();
    page.ask(USER);
    expect(idOf(page)).to.equal(id);
  });
});
