// An operator that fails at generation: the auction goes on, and the next request waits (R7, R11).
import { expect } from 'chai';
import sinon from 'sinon';
import { latest, NOTE_KEY, stored } from './support/browser';
import { failing, generated, USER } from './support/generation';
import { AGE, clearFaults, endpoints, fault, forgetRequests } from './support/operator';
import { idOf, now, openPage, setTime } from './support/page';
import { until } from './support/until';

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
    it(`lets the auction go once, and sends and keeps nothing but the failure: ${title}`, async () => {
      await failing(spec);
      const page = openPage();
      const { done, calls } = page.ask(USER);
      await done;
      expect([calls.length, page.published(), stored()]).to.deep.equal([1, undefined, undefined]);
      const { state, reason: said, lastError, nextRefresh } = page.uid2.status();
      expect([state, said, lastError]).to.deep.equal(['none', reason, reason]);
      expect(nextRefresh).to.be.within(now() + pause - 2000, now() + pause * 1.5);
    });
    it(`is not asked by the next pages until the wait is over: ${title}`, async () => {
      await failing(spec);
      await openPage().ask(USER).done;
      await clearFaults();
      await forgetRequests();
      const next = openPage();
      expect([next.ask(USER).held, next.uid2.due(), next.uid2.status().reason, await endpoints()])
        .to.deep.equal([false, false, reason, []]);
      await setTime(pause * 1.6);
      const page = openPage();
      await page.ask(USER).done;
      expect([idOf(page), page.uid2.status().lastError]).to.deep.equal([latest()!.advertising_token, undefined]);
    });
  }
  it('lets the auction go after five seconds without an answer', async () => {
    await failing({ kind: 'hang' });
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const page = openPage();
      const { done, calls } = page.ask(USER);
      await until(async () => (await endpoints()).length);
      clock.tick(4900);
      expect(calls).to.deep.equal([]);
      clock.tick(100);
      await done;
      expect([calls.length, page.uid2.status().reason]).to.deep.equal([1, 'network']);
    } finally {
      clock.restore();
    }
  });
  it('waits, although another tab has begun a note since the request left', async () => {
    await failing({ kind: 'hang' });
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const page = openPage();
      const { done } = page.ask(USER);
      await until(async () => (await endpoints()).length);
      localStorage.setItem(NOTE_KEY, JSON.stringify({ since: 0, ended: [], pauses: {} }));
      clock.tick(5000);
      await done;
      expect([page.uid2.due(), page.uid2.status().lastError]).to.deep.equal([false, 'network']);
    } finally {
      clock.restore();
    }
  });
  it('leaves a stale token in use', async () => {
    const { id } = await generated();
    await setTime(AGE.stale);
    await fault({ kind: 'status', status: 500 });
    const page = openPage();
    await page.ask(USER).done;
    expect(idOf(page)).to.equal(id);
  });
  it('refuses a subscription that it does not know, or that is disabled', async () => {
    for (const [subscriptionId, reason] of [['nobodys', 'http 400'], ['disabled', 'http 401']]) {
      const page = openPage();
      await page.ask({ ...USER, subscriptionId }).done;
      expect(page.uid2.status().reason).to.equal(reason);
    }
  });
  it('refuses a request that is encrypted for another operator', async () => {
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveKey']);
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
    const page = openPage();
    await page.ask({ ...USER, serverPublicKey: `UID2-X-L-${btoa(String.fromCharCode(...spki))}` }).done;
    expect([page.uid2.status().reason, stored()]).to.deep.equal(['http 400', undefined]);
  });
});
