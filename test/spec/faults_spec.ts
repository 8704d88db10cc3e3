// Every way in which an operator fails: the auction goes on at once, nothing usable is lost, nothing is thrown.
import { expect } from 'chai';
import sinon from 'sinon';
import type { Fault } from '../../operator/index';
import { asked, clearFaults, fault } from './support/operator';
import { identity, KEY, openPage, setTime, store } from './support/page';
import { auction, configure, prebidForEach } from './support/prebid';
import { until } from './support/until';

const HTML = '<!doctype html><title>Bad gateway</title>';
const JSON_ERROR = '{"status":"error","message":"Error refreshing token"}';
const OPTOUT = '{"status":"optout"}';

const status = (code: number, body = '', contentType = 'application/json'): Fault => ({ kind: 'status', status: code, body, contentType });

const FAULTS: { [title: string]: [spec: Fault, reason: string] } = {
  '400 with JSON': [status(400, JSON_ERROR), 'http 400'],
  '400 with nothing': [status(400), 'http 400'],
  '400 that says optout': [status(400, OPTOUT), 'http 400'],
  '401': [status(401, '{"status":"unauthorized"}'), 'http 401'],
  '403 with HTML': [status(403, HTML, 'text/html'), 'http 403'],
  '404': [status(404), 'http 404'],
  '429': [status(429, 'slow down', 'text/plain'), 'http 429'],
  '500': [status(500, '{"status":"unknown"}'), 'http 500'],
  '500 that says optout': [status(500, OPTOUT), 'http 500'],
  '502 with HTML': [status(502, HTML, 'text/html'), 'http 502'],
  '503': [status(503), 'http 503'],
  '200 with nothing': [status(200), 'unreadable'],
  '200 with HTML': [status(200, HTML, 'text/html'), 'unreadable'],
  '200 with a plain refusal': [status(200, JSON_ERROR), 'unreadable'],
  '204': [status(204), 'unreadable'],
  'a closed connection': [{ kind: 'close' }, 'network'],
  'truncated base64': [{ kind: 'truncated' }, 'unreadable'],
  garbage: [{ kind: 'garbage' }, 'unreadable'],
  'no base64': [{ kind: 'notBase64' }, 'unreadable'],
  'the wrong key': [{ kind: 'wrongKey' }, 'unreadable'],
  'plain JSON': [{ kind: 'plainJson' }, 'unreadable'],
  'bad JSON': [{ kind: 'badJson' }, 'unreadable'],
  'a huge answer': [{ kind: 'huge', bytes: 5e6 }, 'unreadable'],
  'no body': [{ kind: 'missingFields', fields: ['body'] }, 'unreadable'],
  ...Object.fromEntries(['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires'].map((field) =>
    [`no ${field}`, [{ kind: 'missingFields', fields: [field] }, 'unreadable'] satisfies [Fault, string]])),
};

describe('uid2 and a failing operator', () => {
  const rejections: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    rejections.push(event.reason);
    event.preventDefault();
  };
  before(() => window.addEventListener('unhandledrejection', note));
  after(() => window.removeEventListener('unhandledrejection', note));
  beforeEach(() => { rejections.length = 0; });

  for (const [title, [spec, reason]] of Object.entries(FAULTS)) {
    describe(title, () => {
      it('releases an auction that waits for an expired token, once', async () => {
        const token = await identity('expired');
        await fault(spec);
        const page = openPage();
        const { held, done, calls } = page.ask({ uid2Token: token });
        await done;
        await asked(); // gives a rejection nobody handles the time to show
        expect([held, calls.length, page.published(), page.uid2.status().reason, rejections])
          .to.deep.equal([true, 1, undefined, reason, []]);
      });
      it('keeps a stale token in use', async () => {
        const token = await identity('stale');
        await fault(spec);
        const page = openPage();
        const { done, calls } = page.ask({ uid2Token: token });
        await done;
        expect([calls.length, page.published(), page.uid2.status().lastError]).to.deep.equal([1, { id: token.advertising_token }, reason]);
      });
      it('leaves the record as it is', async () => {
        const token = await identity('expired');
        const text = store({ originalToken: token, latestToken: token });
        await fault(spec);
        await openPage().ask().done;
        expect([localStorage.getItem(KEY), document.cookie]).to.deep.equal([text, '']);
      });
    });
  }

  it('is asked again when it has recovered, on a later page', async () => {
    const token = await identity('expired');
    await fault(status(500));
    await openPage().ask({ uid2Token: token }).done;
    await clearFaults();
    await setTime(3600e3);
    const page = openPage();
    await page.ask({ uid2Token: token }).done;
    expect(page.published()).to.have.property('id');
  });
  it('is what a response key leads to that is none', async () => {
    for (const key of ['', 'x', '****', 7, {}, btoa('short')]) {
      const token = { ...await identity('stale'), refresh_response_key: key };
      const page = openPage();
      await page.ask({ uid2Token: token }).done;
      expect([page.published(), rejections], String(key)).to.deep.equal([{ id: token.advertising_token }, []]);
    }
  });
  it('is what a base URL leads to that is none', async () => {
    for (const uid2ApiBase of ['http://[', 'nowhere:', 'http://127.0.0.1:1']) {
      const page = openPage();
      await page.ask({ uid2Token: await identity('expired'), uid2ApiBase }).done;
      expect([page.uid2.status().reason, rejections], uid2ApiBase).to.deep.equal(['network', []]);
    }
  });
});

describe('uid2 and an operator that hangs', () => {
  afterEach(() => sinon.restore());

  it('releases the auction when it has waited five seconds', async () => {
    const token = await identity('expired');
    await fault({ kind: 'hang' });
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const page = openPage();
    const { done, calls } = page.ask({ uid2Token: token });
    await until(async () => (await asked()).length);
    clock.tick(4900);
    await asked();
    expect(calls).to.deep.equal([]);
    clock.tick(100);
    await done;
    expect([calls.length, page.uid2.status().reason]).to.deep.equal([1, 'network']);
  });
  it('releases the auction when the answer begins and does not end', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let begun = false;
    const endless = async (_url: string, { signal }: RequestInit) => {
      const body = new ReadableStream({ start: (controller) => signal!.addEventListener('abort', () => controller.error(signal!.reason)) });
      begun = true;
      return new Response(body);
    };
    const page = openPage({ fetch: endless });
    const { done, calls } = page.ask({ uid2Token: await identity('expired') });
    await until(() => begun);
    clock.tick(5000);
    await done;
    expect([calls.length, page.uid2.status().reason]).to.deep.equal([1, 'network']);
  });
  it('costs a later auction no second wait for the same request', async () => {
    const token = await identity('expired');
    await fault({ kind: 'hang' });
    const page = openPage();
    const asks = [page.ask({ uid2Token: token }), page.ask({ uid2Token: token })];
    await until(async () => (await asked()).length);
    page.logOut();
    await Promise.all(asks.map(({ done }) => done));
    expect([asks.map(({ calls }) => calls.length), (await asked()).length]).to.deep.equal([[1, 1], 1]);
  });
});

describe('uid2 and a failing operator, in Prebid', () => {
  prebidForEach();

  for (const title of ['500', '502 with HTML', 'a closed connection', 'garbage', 'no advertising_token']) {
    it(`${title} lets the auction go, with nothing in the place of a token`, async () => {
      configure({ uid2Token: await identity('expired') });
      await fault(FAULTS[title][0]);
      const { ssp } = await auction();
      expect([ssp.userIdAsEids, ssp.userId]).to.deep.equal([[], undefined]);
    });
  }
});
