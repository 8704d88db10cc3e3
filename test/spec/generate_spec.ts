// Tokens that the page generates itself: real ECDH and AES-GCM here, and an operator that can read them (R1, R2, R3, R7, R11, R14, R15).
import { expect } from 'chai';
import sinon from 'sinon';
import { overhear } from './support/console';
import { config } from 'src/config.js';
import { cyrb53Hash } from 'src/utils.js';
import type { Identity } from '../../libraries/uid2/tokens';
import type { RequestEntry } from '../../operator/index';
import { clearFaults, cstg, fault, operatorUrl, optOut } from './support/operator';
import { identity, KEY, lateFetch, now, openPage, setCookie, setTime, store, stored, type Fetch, type Page } from './support/page';
import { configure, pbjs, prebidForEach } from './support/prebid';
import { until } from './support/until';

const HOUR = 3600e3;
const AGES = { stale: 2 * HOUR, expired: 5 * HOUR, dead: 31 * 24 * HOUR };
const EMAIL = 'user@example.com';
const OTHER = 'other@example.com';
const PHONE = '+12345678901';
const OPTED_OUT = 'optout@example.com';
const EMAIL_HASH = 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=';
const PHONE_HASH = 'EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4=';
const KINDS = { email: EMAIL, phone: PHONE, emailHash: EMAIL_HASH, phoneHash: PHONE_HASH };
const SECRETS = [...Object.values(KINDS), OTHER, OPTED_OUT, cstg.serverPublicKey, cstg.serverPublicKey.slice(9)];

const { fetch: realFetch } = window;
const by = (email: string) => ({ ...cstg, email });
const USER = by(EMAIL);

const requests = async () => (await (await realFetch(`${operatorUrl}/admin/requests`)).json()) as RequestEntry[];
/** What the operator has been asked, by the last part of the path. */
const asked = async () => (await requests()).map(({ path, preflight }) => (preflight ? 'preflight' : path.split('/').pop()));
const failing = (spec: Parameters<typeof fault>[0]) => fault({ endpoint: 'client-generate', ...spec });
const idOf = (page: Page) => (page.published() as { id?: string } | undefined)?.id;
const latest = () => stored()?.latestToken as Identity | undefined;

/** The stored record's owner is the person of this normalized value. */
function expectOwner(value: string, where?: 'cookie') {
  const { identity: hash, salt } = stored(where)!.originalIdentity!;
  expect(hash).to.equal(cyrb53Hash(value, salt));
}

/** A page after its first token; the operator has been asked nothing since. */
async function generated(params: object = USER) {
  const page = openPage();
  await page.ask(params).done;
  const id = idOf(page)!;
  expect(id).to.be.a('string');
  await forget();
  return { page, id };
}

const forget = () => realFetch(`${operatorUrl}/admin/requests`, { method: 'DELETE' });

/** Asks as `refreshUserIds` does: with the very params that the config holds. */
function keeping(page: Page, params: object) {
  const given = { name: 'uid2', params: Object.assign(params, { uid2ApiBase: operatorUrl }) } as Parameters<Page['uid2']['getId']>[0];
  return async () => {
    const { callback } = page.uid2.getId(given) ?? {};
    if (callback) await new Promise<void>((resolve) => callback(() => resolve()));
    return !!callback;
  };
}

function shadow(target: object, name: string) {
  Object.defineProperty(target, name, { value: undefined, configurable: true });
}

// also makes sure that the operator is reset before the next test
beforeEach(() => setTime(0));

describe('uid2 generation: a first visit', () => {
  for (const [param, value] of Object.entries(KINDS)) {
    it(`by ${param} has a token after one request without preflight, for which the auction waits`, async () => {
      const page = openPage();
      const { held, done, calls } = page.ask({ ...cstg, [param]: value });
      expect([held, page.published()]).to.deep.equal([true, undefined]);
      await done;
      expect([calls.length, page.published(), await asked()]).to.deep.equal([1, { id: latest()!.advertising_token }, ['client-generate']]);
    });
    it(`by ${param} keeps whose token it is, and not who that is`, async () => {
      await generated({ ...cstg, [param]: value });
      expect(Object.keys(stored()!)).to.have.members(['latestToken', 'login', 'originalIdentity', 'updated']);
      expectOwner(value);
      expect(JSON.stringify({ ...localStorage })).to.not.contain(value);
    });
  }
  it('gets a token of the person whom the page names, in whichever way', async () => {
    const email = `${Math.random()}@example.com`;
    const hash = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(email)))));
    await generated({ ...cstg, email: ` ${email.toUpperCase()} ` });
    await optOut(latest()!);
    for (const params of [{ email }, { emailHash: hash }]) {
      const page = openPage();
      localStorage.clear();
      await page.ask({ ...cstg, ...params }).done;
      expect(page.published()).to.deep.equal({ optout: true });
    }
  });
  it('says that the token is fresh, and from the params', async () => {
    const { page } = await generated();
    expect(page.uid2.status()).to.include({ state: 'fresh', reason: 'ok', source: 'params' });
  });
  it('is refreshing, as status() says, until the operator answers', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask(USER);
    await until(late.arrived);
    expect(page.uid2.status()).to.include({ state: 'none', reason: 'refreshing' });
    late.release();
    await done;
  });
  it('keeps the token in a cookie where that is wanted', async () => {
    await generated({ ...USER, storage: 'cookie' });
    expectOwner(EMAIL, 'cookie');
    expect(stored()).to.equal(undefined);
  });
  it('takes a token that works where there is no storage', async () => {
    const page = openPage({ storage: {} as never });
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
  it('sends the operator what it needs, and no more', async () => {
    const sent: RequestInit[] = [];
    const fetch: Fetch = (url, options) => {
      sent.push(options);
      return realFetch(url, options);
    };
    for (const email of [EMAIL, EMAIL]) {
      localStorage.clear();
      await openPage({ fetch }).ask(by(email)).done;
    }
    const [first, second] = sent.map(({ body }) => JSON.parse(body as string));
    expect([sent[0].method, sent[0].headers]).to.deep.equal(['POST', undefined]);
    expect(first).to.have.all.keys('payload', 'iv', 'public_key', 'timestamp', 'subscription_id');
    for (const name of ['payload', 'iv', 'public_key']) expect(first[name], name).to.not.equal(second[name]);
    expect(SECRETS.filter((secret) => JSON.stringify(sent).includes(secret))).to.deep.equal([]);
  });
  it('is one request for any number of auctions', async () => {
    const page = openPage();
    const again = keeping(page, by(EMAIL));
    await Promise.all([again(), again(), again()]);
    expect([page.uid2.due(), await asked()]).to.deep.equal([false, ['client-generate']]);
  });
  it('is one request for ten pages, which have the same token', async () => {
    const pages = Array.from({ length: 10 }, () => openPage({ beside: true }));
    await Promise.all(pages.map((page) => page.ask(USER).done));
    expect([new Set(pages.map(idOf)).size, await asked()]).to.deep.equal([1, ['client-generate']]);
  });
  it('is one request when the same is configured twice', async () => {
    const page = openPage();
    const asks = [page.ask(USER), page.ask(USER)];
    await Promise.all(asks.map(({ done }) => done));
    expect([asks.map(({ calls }) => calls.length), idOf(page), await asked()]).to.deep.equal([[1, 1], latest()!.advertising_token, ['client-generate']]);
  });
  it('calls back both, with the same token, when the same is configured again before the answer', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask(USER);
    await until(late.arrived);
    const second = page.ask(USER);
    late.release();
    await Promise.all([first.done, second.done]);
    expect([first.calls.length, second.calls.length, idOf(page)]).to.deep.equal([1, 1, latest()!.advertising_token]);
  });
  it('begins anew when the subscription is mended before the answer', async () => {
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

describe('uid2 generation: the next page', () => {
  it('asks nothing for the same person', async () => {
    const { id } = await generated();
    const page = openPage();
    const { held } = page.ask(USER);
    expect([held, idOf(page), await asked()]).to.deep.equal([false, id, []]);
  });
  it('asks nothing for the same e-mail address in another spelling', async () => {
    const { id } = await generated();
    const page = openPage();
    page.ask(by(' USER@Example.com'));
    expect([idOf(page), await asked()]).to.deep.equal([id, []]);
  });
  it('goes on with the stored token where it names nobody', async () => {
    const { id } = await generated();
    const page = openPage();
    page.ask(cstg);
    expect([idOf(page), page.uid2.status().source]).to.deep.equal([id, 'stored']);
  });
  for (const [age, wanted] of [['stale', 'refresh'], ['expired', 'refresh'], ['dead', 'client-generate']] as const) {
    it(`asks for a ${wanted === 'refresh' ? 'refresh of' : 'new one in the place of'} a token that is ${age}, which stays that person's`, async () => {
      const { id } = await generated();
      await setTime(AGES[age]);
      const page = openPage();
      const { held, done } = page.ask(USER);
      expect([held, idOf(page)]).to.deep.equal([true, age === 'stale' ? id : undefined]);
      await done;
      expect(idOf(page)).to.be.a('string').and.not.equal(id);
      expect(await asked()).to.deep.equal([wanted]);
      expectOwner(EMAIL);
    });
  }
  it('shows another person\'s token to nobody, and removes it at once', async () => {
    const { id } = await generated();
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { held, done } = page.ask(by(OTHER));
    expect([held, page.published(), stored()]).to.deep.equal([true, undefined, undefined]);
    await until(late.arrived);
    late.release();
    await done;
    expect(idOf(page)).to.be.a('string').and.not.equal(id);
    expectOwner(OTHER);
  });
  it('shows nobody\'s token where that of another person cannot be had', async () => {
    await generated();
    await failing({ kind: 'status', status: 500 });
    const page = openPage();
    await page.ask(by(OTHER)).done;
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('takes an e-mail address and a phone number for two persons', async () => {
    await generated();
    await generated({ ...cstg, phone: PHONE });
    expectOwner(PHONE);
  });
  it('reads what Prebid\'s own module has stored', async () => {
    await generated();
    const { latestToken } = stored()!;
    store({ latestToken, originalIdentity: { identity: cyrb53Hash(EMAIL, 7), salt: 7 } });
    const page = openPage();
    page.ask(USER);
    expect([idOf(page), await asked()]).to.deep.equal([(latestToken as Identity).advertising_token, []]);
  });
  it('replaces the token of a login by server, and is replaced by one', async () => {
    const uid2Token = await identity();
    openPage().ask({ uid2Token });
    await generated();
    expect(stored()!.originalToken).to.equal(undefined);
    const page = openPage();
    page.ask({ uid2Token });
    expect([idOf(page), stored()!.originalIdentity]).to.deep.equal([uid2Token.advertising_token, undefined]);
  });
  for (const [title, text] of [
    ['no salt', '{"originalIdentity":{"identity":1}'], ['no identity', '{"originalIdentity":7'], ['nothing', '{"originalIdentity":null'],
  ]) {
    it(`asks anew where the stored owner is corrupt: ${title}`, async () => {
      await generated();
      localStorage.setItem(KEY, `${text},"latestToken":${JSON.stringify(latest())}}`);
      await generated();
      expectOwner(EMAIL);
    });
  }
});

describe('uid2 generation: opt-out', () => {
  it('is what bidders hear, and all that is kept', async () => {
    const page = openPage();
    const { done, calls } = page.ask(by(OPTED_OUT));
    await done;
    expect([calls.length, page.published(), page.uid2.status().reason]).to.deep.equal([1, { optout: true }, 'optedOut']);
    expect(stored()).to.have.all.keys('latestToken', 'login', 'originalIdentity', 'updated').and.include({ latestToken: 'optout' });
    expectOwner(OPTED_OUT);
  });
  it('is not asked about again for 72 hours', async () => {
    await openPage().ask(by(OPTED_OUT)).done;
    for (const hours of [0, 1, 24, 71]) {
      await setTime(hours * HOUR);
      const page = openPage();
      const { held } = page.ask(by(OPTED_OUT));
      expect([held, page.published()], `${hours} h`).to.deep.equal([false, { optout: true }]);
    }
    expect(await asked()).to.deep.equal(['client-generate']);
  });
  it('is asked about after 72 hours', async () => {
    await openPage().ask(by(OPTED_OUT)).done;
    await setTime(73 * HOUR);
    const page = openPage();
    const { held, done } = page.ask(by(OPTED_OUT));
    await done;
    expect([held, page.published(), await asked()]).to.deep.equal([true, { optout: true }, ['client-generate', 'client-generate']]);
  });
  it('does not matter for another person, who has a token at once', async () => {
    const page = openPage();
    await page.ask(by(OPTED_OUT)).done;
    const { held, done } = page.ask(USER);
    expect([held, page.published()]).to.deep.equal([true, undefined]);
    await done;
    expect(idOf(page)).to.be.a('string');
  });
  it('at a refresh is that person\'s too', async () => {
    const user = by('refresh-optout@example.com');
    await generated(user);
    await setTime(AGES.expired);
    await openPage().ask(user).done;
    const page = openPage();
    expect([page.ask(user).held, page.published(), await asked()]).to.deep.equal([false, { optout: true }, ['refresh']]);
  });
  it('that Prebid\'s own module noted is respected', async () => {
    store({ latestToken: 'optout', originalIdentity: { identity: cyrb53Hash(EMAIL, 7), salt: 7 } });
    const page = openPage();
    page.ask(USER);
    expect([page.published(), await asked()]).to.deep.equal([{ optout: true }, []]);
  });
});

describe('uid2 generation: the order of sources', () => {
  it('is client-side params before uid2Token and cookie', async () => {
    const [uid2Token, inCookie] = [await identity(), await identity()];
    setCookie('login', encodeURIComponent(JSON.stringify(inCookie)));
    const page = openPage();
    await page.ask({ ...USER, uid2Token, uid2Cookie: 'login' }).done;
    expect(idOf(page)).to.be.a('string').and.not.oneOf([uid2Token.advertising_token, inCookie.advertising_token]);
    expectOwner(EMAIL);
  });
  for (const [title, params] of [
    ['with a flaw', { ...cstg, email: 'nobody' }], ['that name nobody', cstg], ['without a subscription', { ...USER, subscriptionId: undefined }],
  ] as const) {
    it(`is uid2Token before client-side params ${title}`, async () => {
      const uid2Token = await identity();
      await forget();
      const page = openPage();
      page.ask({ ...params, uid2Token });
      expect([idOf(page), page.uid2.status().reason, await asked()]).to.deep.equal([uid2Token.advertising_token, 'ok', []]);
    });
  }
  it('is emailHash, phoneHash, email, phone, with a warning and a token for more than one', async () => {
    const page = openPage();
    await page.ask({ ...cstg, phone: PHONE, email: EMAIL, phoneHash: PHONE_HASH }).done;
    expectOwner(PHONE_HASH);
    expect([page.uid2.status().reason, page.warnings]).to.deep.equal(['ok', [['UID2: more than one of emailHash, phoneHash, email, phone']]]);
  });
});

const offCurve = () => {
  const bytes = Uint8Array.from(atob(cstg.serverPublicKey.slice(9)), (char) => char.charCodeAt(0));
  bytes[90] ^= 1;
  return `UID2-X-L-${btoa(String.fromCharCode(...bytes))}`;
};

describe('uid2 generation: params that cannot be', () => {
  const FLAWS: [title: string, params: object, reason: string, needsCrypto?: true][] = [
    ['no key', { serverPublicKey: undefined, email: EMAIL }, 'invalid serverPublicKey'],
    ['a key with a bad prefix', { serverPublicKey: cstg.serverPublicKey.replace('UID2-X', 'UID3-X'), email: EMAIL }, 'invalid serverPublicKey'],
    ['a key that is no text', { serverPublicKey: { toString: null }, email: EMAIL }, 'invalid serverPublicKey'],
    ['a key that is no base64', { serverPublicKey: 'UID2-X-L-!', email: EMAIL }, 'invalid serverPublicKey', true],
    ['a key that is cut off', { serverPublicKey: cstg.serverPublicKey.slice(0, -8), email: EMAIL }, 'invalid serverPublicKey', true],
    ['a key that is not on the curve', { serverPublicKey: offCurve(), email: EMAIL }, 'invalid serverPublicKey', true],
    ['no subscription', { subscriptionId: undefined, email: EMAIL }, 'invalid subscriptionId'],
    ['no e-mail address', { email: 'user' }, 'invalid email'],
    ['no phone number', { phone: '12345678901' }, 'invalid phone'],
    ['no hash of an e-mail address', { emailHash: 'ab'.repeat(32) }, 'invalid emailHash'],
    ['no hash of a phone number', { phoneHash: 'x' }, 'invalid phoneHash'],
  ];
  for (const [title, params, reason, needsCrypto] of FLAWS) {
    it(`${title}: says so in status(), and makes no request`, async () => {
      const page = openPage();
      const { held, done, calls } = page.ask({ ...cstg, ...params });
      await done;
      expect([page.uid2.status().reason, page.published(), calls.length, await asked()]).to.deep.equal([reason, undefined, held ? 1 : 0, []]);
      if (!needsCrypto) expect(held).to.equal(false);
    });
    it(`${title}: says so in one line, however often it is asked`, async () => {
      const page = openPage();
      await page.ask({ ...cstg, ...params }).done;
      await page.ask({ ...cstg, ...params }).done;
      expect(page.warnings).to.deep.equal([[`UID2: ${reason}`]]);
    });
    it(`${title}: stores no record, nor anything of the person`, async () => {
      await openPage().ask({ ...cstg, ...params }).done;
      expect(stored()).to.equal(undefined);
      if (!needsCrypto) expect(Object.keys(localStorage)).to.deep.equal([]);
      for (const secret of SECRETS) expect(JSON.stringify({ ...localStorage })).to.not.contain(secret);
    });
  }
  it('works as soon as they are mended', async () => {
    const page = openPage();
    await page.ask({ ...cstg, email: 'user' }).done;
    await page.ask(USER).done;
    expect([page.uid2.status().reason, idOf(page)]).to.deep.equal(['ok', latest()!.advertising_token]);
  });
  it('works as soon as a key that is not on the curve is mended', async () => {
    const page = openPage();
    await page.ask({ ...USER, serverPublicKey: offCurve() }).done;
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
  it('works as soon as a key that is not on the curve is mended, on the next page', async () => {
    await openPage().ask({ ...USER, serverPublicKey: offCurve() }).done;
    const page = openPage();
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
});

describe('uid2 generation: an insecure page', () => {
  beforeEach(() => {
    shadow(crypto, 'subtle');
    shadow(navigator, 'locks');
  });
  const secure = () => {
    Reflect.deleteProperty(crypto, 'subtle');
    Reflect.deleteProperty(navigator, 'locks');
  };
  afterEach(secure);

  it('says so, lets the auction go, and asks nothing', async () => {
    const page = openPage();
    const { done, calls } = page.ask(USER);
    await done;
    expect([calls.length, page.published(), page.uid2.status().reason, await asked()]).to.deep.equal([1, undefined, 'insecure page', []]);
  });
  it('says so in one line', async () => {
    const page = openPage();
    await page.ask(USER).done;
    expect(page.warnings).to.deep.equal([['UID2: insecure page']]);
  });
  it('uses what a secure one has stored', async () => {
    secure();
    const { id } = await generated();
    shadow(crypto, 'subtle');
    const page = openPage();
    page.ask(USER);
    expect(idOf(page)).to.equal(id);
  });
});

describe('uid2 generation: an operator that fails', () => {
  const FAULTS: { [title: string]: [spec: Parameters<typeof fault>[0], reason: string, pause: number] } = {
    '400': [{ kind: 'status', status: 400 }, 'http 400', 10 * 60e3],
    '401': [{ kind: 'status', status: 401 }, 'http 401', 10 * 60e3],
    '403': [{ kind: 'status', status: 403 }, 'domain not on the account\'s list: http 403', 10 * 60e3],
    '500': [{ kind: 'status', status: 500 }, 'http 500', 5e3],
    '503 with HTML': [{ kind: 'status', status: 503, body: '<p>sorry' }, 'http 503', 5e3],
    'a closed connection': [{ kind: 'close' }, 'network', 5e3],
    'half an answer': [{ kind: 'truncated' }, 'unreadable', 5e3],
    'garbage': [{ kind: 'garbage' }, 'unreadable', 5e3],
    'no base64': [{ kind: 'notBase64' }, 'unreadable', 5e3],
    'an answer under another key': [{ kind: 'wrongKey' }, 'unreadable', 5e3],
    'an answer in plain text': [{ kind: 'plainJson' }, 'unreadable', 5e3],
    'bad JSON': [{ kind: 'badJson' }, 'unreadable', 5e3],
    'no advertising_token': [{ kind: 'missingFields', fields: ['advertising_token'] }, 'unreadable', 5e3],
    'no status': [{ kind: 'missingFields', fields: ['status', 'body'] }, 'unreadable', 5e3],
  };
  for (const [title, [spec, reason, pause]] of Object.entries(FAULTS)) {
    it(`${title}: lets the auction go once, with nothing sent or kept but the failure`, async () => {
      await failing(spec);
      const page = openPage();
      const { done, calls } = page.ask(USER);
      await done;
      expect([calls.length, page.published(), stored()]).to.deep.equal([1, undefined, undefined]);
      const { state, reason: said, lastError, nextRefresh } = page.uid2.status();
      expect([state, said, lastError]).to.deep.equal(['none', reason, reason]);
      expect(nextRefresh).to.be.within(now() + pause - 2000, now() + pause * 1.5);
    });
    it(`${title}: is not met again by the pages after it, until the pause is over`, async () => {
      await failing(spec);
      await openPage().ask(USER).done;
      await clearFaults();
      await forget();
      const next = openPage();
      expect([next.ask(USER).held, next.uid2.due(), next.uid2.status().reason, await asked()]).to.deep.equal([false, false, reason, []]);
      await setTime(pause * 1.6);
      const page = openPage();
      await page.ask(USER).done;
      expect([idOf(page), page.uid2.status().lastError]).to.deep.equal([latest()!.advertising_token, undefined]);
    });
  }
  it('is asked after twice the pause when it fails once more, on another page', async () => {
    await failing({ kind: 'status', status: 500 });
    await openPage().ask(USER).done;
    await setTime(8e3);
    const page = openPage();
    await page.ask(USER).done;
    expect(page.uid2.status().nextRefresh).to.be.within(now() + 9e3, now() + 15e3);
  });
  it('lets the auction go after five seconds of nothing', async () => {
    await failing({ kind: 'hang' });
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const page = openPage();
      const { done, calls } = page.ask(USER);
      await until(async () => (await asked()).length);
      clock.tick(4900);
      expect(calls).to.deep.equal([]);
      clock.tick(100);
      await done;
      expect([calls.length, page.uid2.status().reason]).to.deep.equal([1, 'network']);
    } finally {
      clock.restore();
    }
  });
  it('leaves a stale token in use', async () => {
    const { id } = await generated();
    await setTime(AGES.stale);
    await fault({ kind: 'status', status: 500 });
    const page = openPage();
    await page.ask(USER).done;
    expect(idOf(page)).to.equal(id);
  });
  it('refuses a subscription that it does not know, and one that is disabled', async () => {
    for (const [subscriptionId, reason] of [['nobodys', 'http 400'], ['disabled', 'http 401']]) {
      const page = openPage();
      await page.ask({ ...USER, subscriptionId }).done;
      expect(page.uid2.status().reason).to.equal(reason);
    }
  });
  it('refuses what is encrypted for another', async () => {
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveKey']);
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
    const page = openPage();
    await page.ask({ ...USER, serverPublicKey: `UID2-X-L-${btoa(String.fromCharCode(...spki))}` }).done;
    expect([page.uid2.status().reason, stored()]).to.deep.equal(['http 400', undefined]);
  });
  it('does not keep a mended subscription waiting on the next page', async () => {
    await openPage().ask({ ...USER, subscriptionId: 'nobodys' }).done;
    const page = openPage();
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
});

describe('uid2 generation: login, logout and another person', () => {
  it('waits for nothing, and says nothing, until somebody has logged in', async () => {
    const page = openPage();
    const { held } = page.ask(cstg);
    expect([held, page.uid2.due(), page.uid2.status().reason, page.warnings, await asked()]).to.deep.equal([false, false, 'none', [], []]);
  });
  it('has a token once somebody has logged in on the same page', async () => {
    const page = openPage();
    page.ask(cstg);
    const { held, done } = page.ask(USER);
    await done;
    expect([held, idOf(page)]).to.deep.equal([true, latest()!.advertising_token]);
  });
  it('sees a login in params that the page has changed in place', async () => {
    const page = openPage();
    const params: object = { ...cstg };
    const again = keeping(page, params);
    await again();
    for (const email of [EMAIL, OTHER]) {
      Object.assign(params, { email });
      await again();
      expectOwner(email);
    }
  });
  it('ends with a logout, whatever Prebid asks with the same config', async () => {
    const page = openPage();
    const again = keeping(page, by(EMAIL));
    await again();
    page.logOut();
    await forget();
    const held = await again();
    expect([held, page.uid2.due(), page.published(), stored(), page.uid2.status().reason]).to.deep.equal([false, false, undefined, undefined, 'loggedOut']);
    expect(await asked()).to.deep.equal([]);
  });
  it('ends with a second logout as with the first', async () => {
    const page = openPage();
    const again = keeping(page, by(EMAIL));
    await again();
    page.logOut();
    await again();
    page.logOut();
    await again();
    expect([page.published(), await asked()]).to.deep.equal([undefined, ['client-generate']]);
  });
  it('begins anew when the same person is configured anew', async () => {
    const { page, id } = await generated();
    page.logOut();
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string').and.not.equal(id);
    expect(page.uid2.status()).to.include({ state: 'fresh', reason: 'ok' });
  });
  it('begins for another person at once after a logout', async () => {
    const { page } = await generated();
    page.logOut();
    await page.ask(by(OTHER)).done;
    expectOwner(OTHER);
    expect(idOf(page)).to.equal(latest()!.advertising_token);
  });
  it('ends with a logout in mid-request, whose answer changes nothing', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { done, calls } = page.ask(USER);
    await until(late.arrived);
    page.logOut();
    const left = JSON.stringify({ ...localStorage });
    late.release();
    await done;
    expect([calls.length, page.published(), JSON.stringify({ ...localStorage })]).to.deep.equal([1, undefined, left]);
  });
  it('has only the second person\'s token when the first one\'s is still on its way', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask(USER);
    await until(late.arrived);
    const second = page.ask(by(OTHER));
    expect(page.published()).to.equal(undefined);
    late.release();
    await Promise.all([first.done, second.done]);
    expectOwner(OTHER);
    expect([first.calls.length, second.calls.length, idOf(page)]).to.deep.equal([1, 1, latest()!.advertising_token]);
  });
  it('has nobody\'s token when the opt-out of the first person comes late', async () => {
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const first = page.ask(by(OPTED_OUT));
    await until(late.arrived);
    const second = page.ask(USER);
    late.release();
    await Promise.all([first.done, second.done]);
    expectOwner(EMAIL);
    expect(idOf(page)).to.be.a('string');
  });
  it('goes back to the first person with a token of theirs', async () => {
    const { page } = await generated();
    await page.ask(by(OTHER)).done;
    await page.ask(USER).done;
    expectOwner(EMAIL);
    expect(idOf(page)).to.equal(latest()!.advertising_token);
  });
});

describe('uid2 generation: consent', () => {
  for (const [title, consent] of [['GDPR applies', { gdpr: { gdprApplies: true } }], ['COPPA is set', { coppa: true }]] as const) {
    it(`makes, asks and keeps nothing where ${title}`, async () => {
      const importKey = sinon.spy(crypto.subtle, 'importKey');
      const page = openPage({ consent });
      const { held } = page.ask(USER);
      importKey.restore();
      expect([held, page.published(), Object.keys(localStorage), importKey.callCount, await asked()]).to.deep.equal([false, undefined, [], 0, []]);
    });
    it(`keeps and sends nothing of an answer that comes when ${title}`, async () => {
      const late = lateFetch();
      const page = openPage({ fetch: late.fetch });
      const { done, calls } = page.ask(USER);
      await until(late.arrived);
      page.setConsent(consent);
      late.release();
      await done;
      expect([calls.length, page.published(), Object.keys(localStorage)]).to.deep.equal([1, undefined, []]);
    });
  }
});

describe('uid2 generation: logs', () => {
  prebidForEach();
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    overhear((args) => { lines.push(args.map((arg) => (arg instanceof Error ? `${arg.message} ${arg.stack}` : safely(arg))).join(' ')); });
    config.setConfig({ debug: true } as any);
  });
  afterEach(() => overhear());

  function safely(value: unknown) {
    const seen = new Set();
    return JSON.stringify(value, (_name, part) => {
      if (typeof part !== 'object' || part === null) return typeof part === 'bigint' ? '' : part;
      return seen.has(part) ? '' : (seen.add(part), part);
    });
  }

  async function expectSilence() {
    await pbjs.getUserIdsAsync();
    const told = JSON.stringify(pbjs.uid2.status());
    const known = [pbjs.getUserIds().uid2?.id, latest()?.refresh_token, latest()?.refresh_response_key].filter(Boolean) as string[];
    const tokens = [...SECRETS, 'nobody@', ...known];
    expect(tokens.filter((secret) => told.includes(secret) || lines.some((line) => line.includes(secret)))).to.deep.equal([]);
    expect(lines).to.not.deep.equal([]);
  }

  for (const [param, value] of Object.entries(KINDS)) {
    it(`tell no ${param}, key or token`, async () => {
      configure({ ...cstg, [param]: value });
      await expectSilence();
    });
  }
  for (const [title, params] of [
    ['an opt-out', by(OPTED_OUT)], ['more than one param', { ...USER, phone: PHONE }], ['an invalid e-mail address', by('nobody@')],
    ['a key not on the curve', { ...USER, serverPublicKey: offCurve() }], ['no subscription', { ...USER, subscriptionId: '' }],
  ] as const) {
    it(`tell nothing of them with ${title}`, async () => {
      configure(params);
      await expectSilence();
    });
  }
  for (const spec of [{ kind: 'status', status: 403 }, { kind: 'garbage' }, { kind: 'wrongKey' }, { kind: 'close' }] as const) {
    it(`tell nothing of them when the operator fails: ${'status' in spec ? spec.status : spec.kind}`, async () => {
      await clearFaults();
      await failing(spec);
      configure(USER);
      await expectSilence();
    });
  }
});
