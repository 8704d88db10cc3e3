// Which source is used, and in which order (R1).
import { expect } from 'chai';
import { KEY, NOTE_KEY, SDK_COOKIE, SDK_KEY, setCookie, storeToken, urlEncoded } from './support/browser';
import { EMAIL, expectOwner, PHONE, PHONE_HASH, USER } from './support/generation';
import { cstg, endpoints, forgetRequests, HOUR } from './support/operator';
import { identity, idOf, openPage } from './support/page';

type Spot = 'uid2Token' | 'uid2Cookie' | 'uid2ServerCookie' | 'record' | 'plain' | 'plainCookie' | 'sdk' | 'sdkCookie';

/** Puts an identity into a place; its token, and the params that name the place. */
async function put(spot: Spot): Promise<{ token: string; params: object }> {
  const made = await identity();
  const token = made.advertising_token;
  const params: { [name in Spot]?: () => object | void } = {
    uid2Token: () => ({ uid2Token: made }),
    uid2Cookie: () => { setCookie('login', urlEncoded(made)); return { uid2Cookie: 'login' }; },
    uid2ServerCookie: () => { setCookie('server', urlEncoded(made)); return { uid2ServerCookie: 'server' }; },
    record: () => { storeToken(made); },
    plain: () => localStorage.setItem(KEY, token),
    plainCookie: () => setCookie(KEY, token),
    sdk: () => localStorage.setItem(SDK_KEY, JSON.stringify(made)),
    sdkCookie: () => setCookie(SDK_COOKIE, urlEncoded(made)),
  };
  return { token, params: params[spot]!() ?? {} };
}

const SOURCE: { [spot in Spot]: string } = {
  uid2Token: 'params',
  uid2Cookie: 'cookie',
  uid2ServerCookie: 'cookie',
  record: 'stored',
  plain: 'legacy',
  plainCookie: 'legacy',
  sdk: 'sdk',
  sdkCookie: 'sdk',
};

describe('uid2 sources: the order', () => {
  for (const [spot, source] of Object.entries(SOURCE) as [Spot, string][]) {
    it(`takes a token from ${spot}, and status() names the source ${source}`, async () => {
      const { token, params } = await put(spot);
      const page = openPage();
      expect(page.ask(params).held).to.equal(false);
      expect([idOf(page), page.uid2.status().source]).to.deep.equal([token, source]);
    });
  }
  const ORDER: [Spot, Spot][] = [
    ['uid2Token', 'uid2Cookie'], ['uid2Token', 'uid2ServerCookie'], ['uid2Token', 'record'],
    ['uid2Token', 'plain'], ['uid2Token', 'sdk'],
    ['uid2Cookie', 'uid2ServerCookie'], ['uid2Cookie', 'record'], ['uid2Cookie', 'plain'], ['uid2Cookie', 'sdk'],
    ['uid2ServerCookie', 'record'], ['uid2ServerCookie', 'plain'], ['uid2ServerCookie', 'sdk'],
    ['record', 'plainCookie'], ['record', 'sdk'], ['record', 'sdkCookie'],
    ['plain', 'sdk'], ['plain', 'sdkCookie'], ['plainCookie', 'sdk'], ['sdk', 'sdkCookie'],
  ];

  for (const [first, second] of ORDER) {
    it(`prefers ${first} to ${second}`, async () => {
      const below = await put(second);
      const above = await put(first);
      const page = openPage();
      page.ask({ ...below.params, ...above.params });
      expect(idOf(page)).to.equal(above.token);
    });
  }
  it('goes on to the next source if the named cookie does not exist', async () => {
    const { token } = await put('record');
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    expect(idOf(page)).to.equal(token);
  });
  for (const [fault, broken] of [['lacks a field', { refresh_token: undefined }], ['has times in seconds', { identity_expires: 1e9 }]] as const) {
    it(`takes a token that at first ${fault}, once that is mended`, async () => {
      const uid2Token = await identity();
      const page = openPage();
      page.ask({ uid2Token: { ...uid2Token, ...broken } });
      page.ask({ uid2Token });
      expect(idOf(page)).to.equal(uid2Token.advertising_token);
    });
  }
  it('reads a publisher\'s cookie that is not URL-encoded', async () => {
    const made = await identity();
    setCookie('login', JSON.stringify(made));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    expect(idOf(page)).to.equal(made.advertising_token);
  });
});

describe('uid2 sources: client-side generation', () => {
  it('comes before uid2Token and the cookie', async () => {
    const [uid2Token, inCookie] = [await identity(), await identity()];
    setCookie('login', urlEncoded(inCookie));
    const page = openPage();
    await page.ask({ ...USER, uid2Token, uid2Cookie: 'login' }).done;
    expect(idOf(page)).to.be.a('string').and.not.oneOf([uid2Token.advertising_token, inCookie.advertising_token]);
    expectOwner(EMAIL);
  });
  for (const [title, params] of [
    ['that have a flaw', { ...cstg, email: 'nobody' }],
    ['that name nobody', cstg],
    ['that lack a subscription', { ...USER, subscriptionId: undefined }],
  ] as const) {
    it(`comes after uid2Token with params ${title}`, async () => {
      const uid2Token = await identity();
      await forgetRequests();
      const page = openPage();
      page.ask({ ...params, uid2Token });
      expect([idOf(page), page.uid2.status().reason, await endpoints()])
        .to.deep.equal([uid2Token.advertising_token, 'ok', []]);
    });
  }
  it('takes emailHash, phoneHash, email, phone in this order, and warns of more than one', async () => {
    const page = openPage();
    await page.ask({ ...cstg, phone: PHONE, email: EMAIL, phoneHash: PHONE_HASH }).done;
    expectOwner(PHONE_HASH);
    expect([page.uid2.status().reason, page.warnings])
      .to.deep.equal(['ok', [['UID2: more than one of emailHash, phoneHash, email, phone: the first counts']]]);
  });
});

describe('uid2 sources: the storage of UID2\'s SDK', () => {
  it('is left as it is, and its token is not refreshed', async () => {
    const made = await identity('stale');
    localStorage.setItem(SDK_KEY, JSON.stringify(made));
    const page = openPage();
    const { held } = page.ask();
    expect([held, idOf(page), localStorage.length]).to.deep.equal([false, made.advertising_token, 1]);
    expect(localStorage.getItem(SDK_KEY)).to.equal(JSON.stringify(made));
  });
  it('gives no expired token', async () => {
    localStorage.setItem(SDK_KEY, JSON.stringify(await identity('expired')));
    const page = openPage();
    expect([page.ask().held, page.published()]).to.deep.equal([false, undefined]);
  });
  it('tells of an opt-out', () => {
    localStorage.setItem(SDK_KEY, '{"status":"optout"}');
    const page = openPage();
    page.ask();
    expect(page.published()).to.deep.equal({ optout: true });
  });
  it('tells of an opt-out after a logout too', () => {
    localStorage.setItem(NOTE_KEY, JSON.stringify([Date.now() - HOUR]));
    localStorage.setItem(SDK_KEY, JSON.stringify({ status: 'optout' }));
    const page = openPage();
    page.ask({});
    expect(page.published()).to.deep.equal({ optout: true });
  });
});

describe('uid2 sources: a legacy plain token', () => {
  it('is not stored', async () => {
    const { token } = await put('plainCookie');
    openPage().ask();
    expect([localStorage.length, document.cookie]).to.deep.equal([0, `${KEY}=${token}`]);
  });
});
