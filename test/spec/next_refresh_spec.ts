// When status() says that the operator is asked next (R19).
import { expect } from 'chai';
import { KEY, NOTE_KEY, SDK_KEY } from './support/browser';
import { HOUR } from './support/operator';
import { identity, now, openPage, setTime } from './support/page';
import { asking, failed, HTTP_500, REACHED } from './support/reached';

describe('uid2 next refresh', () => {
  it('is at refresh_from for a fresh token', async () => {
    const uid2Token = await identity();
    const page = await asking({ uid2Token });
    expect(page.uid2.status().nextRefresh).to.be.closeTo(uid2Token.refresh_from, 50);
  });
  it('is sooner if the publisher wants it more often', async () => {
    const page = await asking({ uid2Token: await identity(), refreshIntervalSeconds: 300 });
    expect(page.uid2.status().nextRefresh).to.be.closeTo(now() + 300e3, 1000);
  });
  it('is overdue for an expired token in a hidden page', async () => {
    const page = await REACHED.expired[1]();
    expect(page.uid2.status().nextRefresh).to.be.closeTo(now(), 50);
  });
});

describe('uid2 next refresh: after a failure', () => {
  const A = { stale: 'a stale', expired: 'an expired' };
  for (const age of ['stale', 'expired'] as const) {
    it(`is the time of the next try for ${A[age]} token`, async () => {
      const { page } = await failed(HTTP_500, age);
      const { pauses } = JSON.parse(localStorage.getItem(NOTE_KEY)!);
      const [{ until: end }] = Object.values<{ until: number }>(pauses);
      expect(page.uid2.status().nextRefresh).to.be.closeTo(end, 50).and.within(now() + 4e3, now() + 7500);
    });
    it(`is the same on the next page for ${A[age]} token, with the error`, async () => {
      const { page, uid2Token } = await failed({ kind: 'status', status: 503 }, age);
      const { nextRefresh } = page.uid2.status();
      const next = openPage();
      next.ask({ uid2Token });
      expect(next.uid2.status().lastError).to.equal('http 503');
      expect(next.uid2.status().nextRefresh).to.be.closeTo(nextRefresh!, 50);
    });
  }
  it('is ten minutes away at the soonest if the operator refused', async () => {
    const page = await REACHED['http 400'][1]();
    expect(page.uid2.status().nextRefresh).to.be.within(now() + 599e3, now() + 900e3);
  });
  it('is in the future again once that try has failed too', async () => {
    const { page, uid2Token } = await failed(HTTP_500);
    await setTime(10e3);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status().nextRefresh).to.be.within(now() + 9e3, now() + 15e3);
  });
  it('is in an hour, with no error, once the operator has answered', async () => {
    const { page, uid2Token } = await failed({ ...HTTP_500, times: 1 });
    await setTime(HOUR);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ reason: 'ok', lastError: undefined });
    expect(page.uid2.status().nextRefresh).to.be.closeTo(now() + HOUR, 5000);
  });
});

describe('uid2 next refresh: nothing to ask', () => {
  const REASONS_TO_REST = [
    'notConfigured', 'none', 'invalid uid2Token', 'invalid email', 'invalid serverPublicKey', 'loggedOut', 'dead',
    'optedOut', 'gdprApplies', 'coppa',
  ] as const;
  for (const reason of REASONS_TO_REST) {
    it(`is none with the reason ${reason}`, async () => {
      expect((await REACHED[reason][1]()).uid2.status().nextRefresh).to.equal(undefined);
    });
  }
  for (const [title, setUp] of [
    ['a legacy plain token', () => localStorage.setItem(KEY, 'AgAAAAPlainTokenOfLongAgo')],
    ['the SDK\'s token', async () => localStorage.setItem(SDK_KEY, JSON.stringify(await identity()))],
  ] as const) {
    it(`is none for ${title}, which is not ours to refresh`, async () => {
      await setUp();
      const { reason, nextRefresh } = (await asking({})).uid2.status();
      expect([reason, nextRefresh]).to.deep.equal(['ok', undefined]);
    });
  }
});
