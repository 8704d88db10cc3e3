// What pbjs.uid2.status() tells: every reason, when the operator is asked next, and never a secret (R19).
import { expect } from 'chai';
import { REASONS, type Reason } from '../reasons';
import { asked, cstg, fault } from './support/operator';
import { cookie, identity, KEY, lateFetch, NOTE_KEY, now, openPage, realStorage, setCookie, setTime, store, stored, type Page } from './support/page';
import { until } from './support/until';

const HOUR = 3600e3;
const USER = { ...cstg, email: 'user@example.com' };
const CONSENT = { gdpr: { gdprApplies: true } };

const hide = () => Object.defineProperty(document, 'hidden', { value: true, configurable: true });
const show = () => Reflect.deleteProperty(document, 'hidden');

// an answer held back must not hold the lock on into the next test
let release = () => {};

afterEach(() => {
  release();
  show();
  Reflect.deleteProperty(crypto, 'subtle');
});

/** A page whose token has expired, after the operator has failed. */
async function failed(spec: Parameters<typeof fault>[0], age: 'stale' | 'expired' = 'expired') {
  const uid2Token = await identity(age);
  await fault(spec);
  const page = openPage();
  await page.ask({ uid2Token }).done;
  return { page, uid2Token };
}

const failedPage = async (spec: Parameters<typeof fault>[0]) => (await failed(spec)).page;

async function asking(params: object) {
  const page = openPage();
  await page.ask(params).done;
  return page;
}

const NO_ANSWER = { kind: 'close' } as const;
const status = (code: number) => ({ kind: 'status', status: code }) as const;

// reached in test/build/generation.test.ts
const ELSEWHERE = ['built without UID2_CSTG'] as const;

/** How each reason comes about, and the state that goes with it. */
const REACHED: Record<Exclude<Reason, 'http <status>' | typeof ELSEWHERE[number]> | 'http 400' | 'http 500', [state: string, reach: () => Page | Promise<Page>]> = {
  ok: ['fresh', async () => asking({ uid2Token: await identity() })],
  notConfigured: ['none', () => openPage()],
  none: ['none', () => asking({})],
  'invalid uid2Token': ['none', () => asking({ uid2Token: { advertising_token: 'x' } })],
  'invalid uid2Cookie': ['none', () => {
    setCookie('login', '{}');
    return asking({ uid2Cookie: 'login' });
  }],
  'invalid serverPublicKey': ['none', () => asking({ ...USER, serverPublicKey: 'key' })],
  'invalid subscriptionId': ['none', () => asking({ ...USER, subscriptionId: undefined })],
  'invalid email': ['none', () => asking({ ...cstg, email: 'x' })],
  'invalid phone': ['none', () => asking({ ...cstg, phone: 'x' })],
  'invalid emailHash': ['none', () => asking({ ...cstg, emailHash: 'x' })],
  'invalid phoneHash': ['none', () => asking({ ...cstg, phoneHash: 'x' })],
  'insecure page': ['none', async () => {
    Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
    return asking(USER);
  }],
  'domain not on the account\'s list: http 403': ['none', async () => {
    await fault({ endpoint: 'client-generate', kind: 'status', status: 403 });
    return asking(USER);
  }],
  loggedOut: ['none', async () => {
    const page = await asking({ uid2Token: await identity() });
    page.logOut();
    return page;
  }],
  refreshing: ['expired', async () => {
    const uid2Token = await identity('expired');
    const late = lateFetch();
    release = late.release;
    const page = openPage({ fetch: late.fetch });
    page.ask({ uid2Token });
    await until(late.arrived);
    return page;
  }],
  expired: ['expired', async () => {
    const uid2Token = await identity('expired');
    hide();
    return asking({ uid2Token });
  }],
  network: ['expired', () => failedPage(NO_ANSWER)],
  'http 400': ['expired', () => failedPage(status(400))],
  'http 500': ['expired', () => failedPage(status(500))],
  unreadable: ['expired', () => failedPage({ kind: 'garbage' })],
  dead: ['dead', async () => asking({ uid2Token: await identity('dead') })],
  optedOut: ['optedOut', async () => asking({ uid2Token: await identity('expired', 'refresh-optout@example.com') })],
  gdprApplies: ['none', async () => {
    const page = await asking({ uid2Token: await identity() });
    page.setConsent(CONSENT);
    return page;
  }],
  coppa: ['none', async () => {
    const page = await asking({ uid2Token: await identity() });
    page.setConsent({ coppa: true });
    return page;
  }],
};

describe('uid2 status', () => {
  it('has no reason that is not listed, nor lists one that cannot be reached', () => {
    expect(new Set(Object.keys(REACHED).map((reason) => reason.replace(/^http \d+$/, 'http <status>')).concat(ELSEWHERE))).to.deep.equal(new Set(REASONS));
  });

  for (const [reason, [state, reach]] of Object.entries(REACHED)) {
    it(`reaches ${reason}`, async () => {
      expect((await reach()).uid2.status()).to.deep.include({ state, reason });
    });
    it(`holds nothing but words and times when it says ${reason}`, async () => {
      const { state: _, reason: __, source, lastError = '', ...times } = (await reach()).uid2.status();
      expect(['params', 'stored', 'none']).to.include(source);
      expect(lastError).to.match(/^(|network|unreadable|insecure page|http \d{3}|domain not on the account's list: http 403)$/);
      for (const [name, time] of Object.entries(times)) {
        expect(['identityExpires', 'refreshFrom', 'nextRefresh']).to.include(name);
        if (time !== undefined) expect(time, name).to.be.a('number');
      }
    });
  }
});

describe('uid2 status: the reason', () => {
  it('is ok for a token that is still valid, whatever the operator has answered', async () => {
    const { page } = await failed(status(500), 'stale');
    expect(page.uid2.status()).to.deep.include({ state: 'stale', reason: 'ok', lastError: 'http 500' });
  });
  it('goes from expired to ok when the page is shown', async () => {
    const page = await REACHED.expired[1]();
    show();
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => page.published());
    expect(page.uid2.status().reason).to.equal('ok');
  });
  it('goes from refreshing to ok with the answer', async () => {
    const uid2Token = await identity('expired');
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask({ uid2Token });
    await until(late.arrived);
    late.release();
    await done;
    expect(page.uid2.status().reason).to.equal('ok');
  });
  it('is what happened, not that the page names more than one: that is a warning', async () => {
    await fault({ endpoint: 'client-generate', ...status(500) });
    const page = await asking({ ...USER, phone: '+12345678901' });
    expect([page.uid2.status().reason, page.warnings]).to.deep.equal(['http 500', [['UID2: more than one of emailHash, phoneHash, email, phone']]]);
  });
  it('is none, and not loggedOut, when the page supplies no token any more', async () => {
    const page = await REACHED.loggedOut[1]();
    page.ask({});
    expect(page.uid2.status()).to.deep.include({ state: 'none', reason: 'none', source: 'none' });
  });
  it('is none after a logout in another tab, of which this one hears in parts', async () => {
    setCookie('login', encodeURIComponent(JSON.stringify(await identity())));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    const hear = (key: string) => window.dispatchEvent(new StorageEvent('storage', { key }));
    localStorage.removeItem(KEY);
    hear(KEY);
    setCookie('login', '');
    localStorage.setItem(NOTE_KEY, '[0.5]');
    hear(NOTE_KEY);
    expect([cookie('login'), page.published(), stored()]).to.deep.equal(['', undefined, undefined]);
    expect(page.uid2.status()).to.deep.include({ state: 'none', reason: 'none' });
  });
  it('is what it was before, once consent allows again', async () => {
    const uid2Token = await identity();
    const page = openPage({ consent: CONSENT });
    page.ask({ uid2Token });
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.uid2.status()).to.deep.include({ state: 'fresh', reason: 'ok', source: 'params' });
  });
});

describe('uid2 status: the next refresh', () => {
  it('of a fresh token is at refresh_from', async () => {
    const uid2Token = await identity();
    const page = await asking({ uid2Token });
    expect(page.uid2.status().nextRefresh).to.be.closeTo(uid2Token.refresh_from, 50);
  });
  it('of a fresh token is sooner where the publisher wants it more often', async () => {
    const page = await asking({ uid2Token: await identity(), refreshIntervalSeconds: 300 });
    expect(page.uid2.status().nextRefresh).to.be.closeTo(now() + 300e3, 1000);
  });
  it('of an expired token in a hidden page is overdue', async () => {
    const page = await REACHED.expired[1]();
    expect(page.uid2.status().nextRefresh).to.be.closeTo(now(), 50);
  });
  for (const age of ['stale', 'expired'] as const) {
    it(`of ${age === 'stale' ? 'a stale' : 'an expired'} token after a failure is the time of the next try`, async () => {
      const { page } = await failed(status(500), age);
      const [, , at] = JSON.parse(localStorage.getItem(NOTE_KEY)!);
      expect(page.uid2.status().nextRefresh).to.be.closeTo(at, 50).and.within(now() + 4e3, now() + 7500);
    });
    it(`of ${age === 'stale' ? 'a stale' : 'an expired'} token after a failure is the same on the next page, with the error`, async () => {
      const { page, uid2Token } = await failed(status(503), age);
      const { nextRefresh } = page.uid2.status();
      const next = openPage();
      next.ask({ uid2Token });
      expect(next.uid2.status().lastError).to.equal('http 503');
      expect(next.uid2.status().nextRefresh).to.be.closeTo(nextRefresh!, 50);
    });
  }
  it('after a refusal is in ten minutes at the soonest', async () => {
    const page = await REACHED['http 400'][1]();
    expect(page.uid2.status().nextRefresh).to.be.within(now() + 599e3, now() + 900e3);
  });
  it('after a failure is in the past no longer once that try has failed too', async () => {
    const { page, uid2Token } = await failed(status(500));
    await setTime(10e3);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status().nextRefresh).to.be.within(now() + 9e3, now() + 15e3);
  });
  it('comes with no error once the operator has answered', async () => {
    const { page, uid2Token } = await failed({ ...status(500), times: 1 });
    await setTime(HOUR);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ reason: 'ok', lastError: undefined });
    expect(page.uid2.status().nextRefresh).to.be.closeTo(now() + HOUR, 5000);
  });
  for (const reason of ['notConfigured', 'none', 'invalid uid2Token', 'invalid email', 'invalid serverPublicKey', 'loggedOut', 'dead', 'optedOut', 'gdprApplies', 'coppa'] as const) {
    it(`is none with ${reason}`, async () => {
      expect((await REACHED[reason][1]()).uid2.status().nextRefresh).to.equal(undefined);
    });
  }
  for (const [title, setUp] of [
    ['a legacy plain token', () => localStorage.setItem(KEY, 'AgAAAAPlainTokenOfLongAgo')],
    ['the SDK\'s token', async () => localStorage.setItem('UID2-sdk-identity', JSON.stringify(await identity()))],
  ] as const) {
    it(`is none for ${title}, which is not ours to refresh`, async () => {
      await setUp();
      const { reason, nextRefresh } = (await asking({})).uid2.status();
      expect([reason, nextRefresh]).to.deep.equal(['ok', undefined]);
    });
  }
});

describe('uid2 status: where the token is from', () => {
  it('is told no longer after a logout', async () => {
    expect((await REACHED.loggedOut[1]()).uid2.status()).to.include({ source: 'none' });
  });
  it('is told no longer, nor its times, when consent is withdrawn', async () => {
    const { source, identityExpires, refreshFrom } = (await REACHED.gdprApplies[1]()).uid2.status();
    expect({ source, identityExpires, refreshFrom }).to.deep.equal({ source: 'none', identityExpires: undefined, refreshFrom: undefined });
  });
});

describe('uid2 status: reading it', () => {
  const READS = ['getCookie', 'getDataFromLocalStorage'] as const;

  /** Storage that counts how often it is touched. */
  function counting() {
    let calls = 0;
    const storage = Object.create(realStorage) as typeof realStorage;
    for (const name of [...READS, 'setCookie', 'setDataInLocalStorage', 'removeDataFromLocalStorage'] as const) {
      storage[name] = (...args: unknown[]) => {
        calls++;
        return (realStorage[name] as (...given: unknown[]) => never)(...args);
      };
    }
    return { storage, calls: () => calls };
  }

  for (const consent of [CONSENT, { coppa: true }]) {
    it(`touches no storage while ${Object.keys(consent)[0]} denies it`, async () => {
      const token = await identity('expired');
      store({ originalToken: token, latestToken: token });
      const { storage, calls } = counting();
      const page = openPage({ consent, storage });
      page.ask({ uid2Cookie: 'login' });
      page.uid2.status();
      expect(calls()).to.equal(0);
    });
    it(`touches no storage from the moment ${Object.keys(consent)[0]} denies it`, async () => {
      const { storage, calls } = counting();
      const uid2Token = await identity('stale');
      await fault(status(500));
      const page = openPage({ storage });
      await page.ask({ uid2Token, uid2Cookie: 'login' }).done;
      page.setConsent(consent);
      const before = calls();
      page.uid2.status();
      expect(calls()).to.equal(before);
    });
  }
  it('changes nothing and asks nobody', async () => {
    const token = await identity('expired');
    const text = store({ originalToken: token, latestToken: token });
    hide();
    const page = openPage();
    page.ask();
    page.uid2.status();
    expect([localStorage.getItem(KEY), Object.keys(localStorage), await asked()]).to.deep.equal([text, [KEY], []]);
  });
});
