// However an operator fails, the auction goes on at once, and no usable token is lost (R7, R17).
import { expect } from 'chai';
import { fetch } from 'src/ajax.js';
import type { Fault } from '../../operator/index';
import { KEY, storeToken } from './support/browser';
import { asked, fault } from './support/operator';
import { identity, now, openPage } from './support/page';
import { auction, configure, prebidForEach } from './support/prebid';

const HTML = '<!doctype html><title>Bad gateway</title>';
const JSON_ERROR = '{"status":"error","message":"Error refreshing token"}';
const OPTOUT = '{"status":"optout"}';
const status = (code: number, body = '', contentType = 'application/json'): Fault =>
  ({ kind: 'status', status: code, body, contentType });

const BAD_BASES = ['http://[', 'https:// host', 'https://host:x', 'https://user:pw@host', 'nowhere:', 'http://127.0.0.1:1'];

const FIELDS = ['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires'];

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
  ...Object.fromEntries(FIELDS.map((field) =>
    [`no ${field}`, [{ kind: 'missingFields', fields: [field] }, 'unreadable'] satisfies [Fault, string]])),
};

describe('uid2 failing operator', () => {
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
      it('ends the hold of an auction with an expired token, once', async () => {
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
        expect([calls.length, page.published(), page.uid2.status().lastError])
          .to.deep.equal([1, { id: token.advertising_token }, reason]);
      });
      it('leaves the record as it is', async () => {
        const token = await identity('expired');
        const text = storeToken(token);
        await fault(spec);
        await openPage().ask().done;
        expect([localStorage.getItem(KEY), document.cookie]).to.deep.equal([text, '']);
      });
    });
  }
  it('leaves a token in use where an answer says error, though it holds an identity', async () => {
    // to an identity without a key the operator answers in plain text
    const token = { ...await identity('stale'), refresh_response_key: undefined };
    await fault(status(200, JSON.stringify({ status: 'error', body: await identity() })));
    const page = openPage();
    await page.ask({ uid2Token: token }).done;
    expect([page.published(), page.uid2.status().lastError]).to.deep.equal([{ id: token.advertising_token }, 'unreadable']);
  });
  it('leaves a stale token in use with a bad response key', async () => {
    for (const key of ['', 'x', '****', 7, {}, btoa('short')]) {
      const token = { ...await identity('stale'), refresh_response_key: key };
      const page = openPage();
      await page.ask({ uid2Token: token }).done;
      expect([page.published(), rejections], String(key)).to.deep.equal([{ id: token.advertising_token }, []]);
    }
  });
  for (const uid2ApiBase of BAD_BASES) {
    it(`is told as network, and waited out, for the base URL ${uid2ApiBase}`, async () => {
      // Prebid's own throws where the browser's rejects
      const page = openPage({ fetch });
      await page.ask({ uid2Token: await identity('expired'), uid2ApiBase }).done;
      const { reason, lastError, nextRefresh } = page.uid2.status();
      expect([reason, lastError, nextRefresh! - now() > 4000, rejections]).to.deep.equal(['network', 'network', true, []]);
    });
  }
});

describe('uid2 failing operator: in Prebid', () => {
  prebidForEach();

  for (const title of ['500', '502 with HTML', 'a closed connection', 'garbage', 'no advertising_token']) {
    it(`lets the auction go with no token after ${title}`, async () => {
      configure({ uid2Token: await identity('expired') });
      await fault(FAULTS[title][0]);
      const { ssp } = await auction();
      expect([ssp.userIdAsEids, ssp.userId]).to.deep.equal([[], undefined]);
    });
  }
});
