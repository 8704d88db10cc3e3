// How long the module waits after a failure (R11).
import { expect } from 'chai';
import { pauseAfter, waitOf } from '../../libraries/uid2Session/pause';
import type { Failure } from '../../libraries/uid2Session/types';
import { NOTE_KEY } from './support/browser';
import { failing, USER } from './support/generation';
import { asked, clearFaults, endpoints, fault, forgetRequests, HOUR } from './support/operator';
import { identity, idOf, now, openPage, setTime } from './support/page';
import { denied, full } from './support/storages';

const storedNote = () => JSON.parse(localStorage.getItem(NOTE_KEY)!);

const NOW = 1e12;
const MINUTE = 60e3;

describe('uid2 backing off: the wait', () => {
  const before = (failures: number) => ({ kind: 'network', until: 1, failures }) as const;
  const waits = (failure: Failure, random: number) =>
    [0, 1, 2, 5, 6, 7, 50].map((failures) => pauseAfter(failure, before(failures), NOW, random).until - NOW);
  const NETWORK: Failure = { kind: 'network' };

  it('is 5 s after a failure, doubling to 5 min', () => {
    expect(waits(NETWORK, 0)).to.deep.equal([5e3, 10e3, 20e3, 160e3, 300e3, 300e3, 300e3]);
    for (const failure of [{ kind: 'http', status: 503 }, { kind: 'unreadable' }, { kind: 'timeout' }] as const) {
      expect(waits(failure, 0)).to.deep.equal(waits(NETWORK, 0));
    }
  });
  it('is 10 min after a refusal', () => {
    for (const status of [400, 429]) expect(waits({ kind: 'http', status }, 0)).to.deep.equal(Array(7).fill(600e3));
    expect(waits({ kind: 'domain', status: 403 }, 0)).to.deep.equal(Array(7).fill(600e3));
  });
  it('is up to half as long again, by chance', () => {
    expect(waits(NETWORK, 1)).to.deep.equal(waits(NETWORK, 0).map((ms) => ms * 1.5));
  });
  it('is kept with the number of failures and the kind of the last one', () => {
    expect(pauseAfter({ kind: 'http', status: 500 }, before(2), NOW, 0))
      .to.deep.include({ failures: 3, kind: 'http', status: 500 });
    expect(pauseAfter(NETWORK, undefined, NOW, 0).failures).to.equal(1);
  });
  it('ends when its time has come, and at once if that is further away than any failure puts it', () => {
    const ends = [-1, 0, 1, 15 * MINUTE, 20 * MINUTE, 1e15, NaN].map((ms) => NOW + ms);
    expect(ends.map((until) => waitOf({ ...before(1), until }, NOW))).to.deep.equal([0, 0, 1, 15 * MINUTE, 0, 0, 0]);
    expect(waitOf(undefined, NOW)).to.equal(0);
  });
});

describe('uid2 backing off', () => {
  it('holds once and asks once, however often the page sets the same config', async () => {
    await failing({ kind: 'status', status: 503 });
    const page = openPage();
    await forgetRequests();
    const held = [];
    for (let i = 0; i < 5; i++) {
      const answer = page.ask({ ...USER });
      held.push(answer.held);
      await answer.done;
    }
    expect([held.filter(Boolean).length, await endpoints()]).to.deep.equal([1, ['client-generate']]);
  });
  for (const [title, storage] of Object.entries({ denied, full })) {
    it(`lasts if storage is ${title}`, async () => {
      const uid2Token = await identity('expired');
      await fault({ kind: 'status', status: 503 });
      await forgetRequests();
      const page = openPage({ storage });
      const given = { uid2Token };
      await page.ask(given).done;
      const { held, done } = page.ask(given);
      await done;
      expect([held, (await asked()).length]).to.deep.equal([false, 1]);
    });
  }
  it('lasts on a page that keeps its record in the other place, however often it looks', async () => {
    const uid2Token = await identity('stale');
    await fault({ kind: 'status', status: 503 });
    await openPage().ask({ uid2Token }).done;
    const page = openPage();
    await forgetRequests();
    const held = [];
    for (let look = 0; look < 3; look++) {
      const answer = page.ask({ uid2Token, storage: 'cookie' });
      held.push(answer.held);
      await answer.done;
    }
    expect([held, (await asked()).length]).to.deep.equal([[false, false, false], 0]);
  });
  it('ends with the answer, though a callback of the page looks before that is noted', async () => {
    const uid2Token = await identity('expired');
    await fault({ kind: 'status', status: 503 });
    const page = openPage();
    await page.ask({ uid2Token }).done;
    expect(Object.keys(storedNote().pauses)).to.have.length(1);
    page.uid2.parts.sdkListener = { changed: () => { page.uid2.status(); }, consentKnown() {} };
    await clearFaults();
    await setTime(MINUTE);
    await page.ask({ uid2Token }).done;
    expect([page.uid2.status().reason, storedNote().pauses]).to.deep.equal(['ok', {}]);
  });
  it('ends on a later page, where an operator that has recovered is asked', async () => {
    const token = await identity('expired');
    await fault({ kind: 'status', status: 500 });
    await openPage().ask({ uid2Token: token }).done;
    await clearFaults();
    await setTime(HOUR);
    const page = openPage();
    await page.ask({ uid2Token: token }).done;
    expect(page.published()).to.have.property('id');
  });
});

describe('uid2 backing off: client-side generation', () => {
  it('lasts twice as long if the operator fails again, on another page', async () => {
    await failing({ kind: 'status', status: 500 });
    await openPage().ask(USER).done;
    await setTime(8e3);
    const page = openPage();
    await page.ask(USER).done;
    expect(page.uid2.status().nextRefresh).to.be.within(now() + 9e3, now() + 15e3);
  });
  it('does not apply on the next page once the subscription is mended', async () => {
    await openPage().ask({ ...USER, subscriptionId: 'nobodys' }).done;
    const page = openPage();
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string');
  });
  it('is over in a page whose storage is cleared, as the note of it has gone', async () => {
    const uid2Token = await identity('expired');
    await fault({ kind: 'status', status: 500 });
    const page = openPage();
    await page.ask({ uid2Token }).done;
    await clearFaults();
    await page.ask({ uid2Token }).done;
    expect(idOf(page)).to.equal(undefined);
    localStorage.clear();
    await page.ask({ uid2Token }).done;
    expect(idOf(page)).to.be.a('string');
  });
});
