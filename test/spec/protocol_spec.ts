// How the operator is asked: without a preflight, and by API v1 if the params say so (R12, R13).
import { expect } from 'chai';
import type { Identity } from '../../libraries/uid2Session/identity';
import { stored } from './support/browser';
import { by, EMAIL, SECRETS } from './support/generation';
import { asked, generateV1, HOUR, setOperatorClock } from './support/operator';
import { identity, openPage, type Fetch } from './support/page';
import { configure, pbjs, prebidForEach } from './support/prebid';

/** Browsers remember for seconds, by URL, that a preflight has been answered: a new URL each time. */
const newClient = () => `PrebidJS-test-UID2Module-${Math.floor(Math.random() * 1e5)}`;

/** An expired identity as API v1 makes it. */
async function expiredV1(): Promise<Identity> {
  await setOperatorClock(-5 * HOUR);
  const token = await generateV1();
  await setOperatorClock(0);
  return token;
}

describe('uid2 protocol: a refresh by API v2', () => {
  it('is one POST without preflight', async () => {
    await openPage({ client: newClient() }).ask({ uid2Token: await identity('expired') }).done;
    expect((await asked()).map(({ method, path, status, preflight }) => ({ method, path, status, preflight })))
      .to.deep.equal([{ method: 'POST', path: '/v2/token/refresh', status: 200, preflight: false }]);
  });
  it('carries the refresh token as it is, as text/plain', async () => {
    const sent: Request[] = [];
    const spying: Fetch = (url, options) => { sent.push(new Request(url, options)); return fetch(url, options); };
    const token = await identity('expired');
    await openPage({ fetch: spying }).ask({ uid2Token: token }).done;
    expect(sent).to.have.length(1);
    expect(await sent[0].text()).to.equal(token.refresh_token);
    const headers = [...sent[0].headers].map(([name, value]) => [name, value.split(';')[0]]);
    expect(headers).to.deep.equal([['content-type', 'text/plain']]);
  });
  it('carries nothing secret in the URL', async () => {
    const urls: string[] = [];
    const token = await identity('expired');
    const spying: Fetch = (url, options) => { urls.push(url); return fetch(url, options); };
    await openPage({ fetch: spying }).ask({ uid2Token: token }).done;
    expect(new URL(urls[0]).search).to.equal('?client=PrebidJS-test-UID2Module-test');
  });
  it('reads a plain answer for an identity of API v1', async () => {
    const token = await expiredV1();
    const page = openPage();
    await page.ask({ uid2Token: token }).done;
    expect(page.published()).to.have.property('id').that.is.not.equal(token.advertising_token);
  });
});

describe('uid2 protocol: a refresh by API v1', () => {
  it('is one GET without preflight', async () => {
    const client = newClient();
    const page = openPage({ client });
    const token = await expiredV1();
    await page.ask({ uid2Token: token, uid2ApiVersion: 1 }).done;
    expect((await asked()).map((entry) => [entry.method, entry.path, entry.status, entry.client]))
      .to.deep.equal([['GET', '/v1/token/refresh', 200, client]]);
    expect(page.published()).to.have.property('id').that.is.not.equal(token.advertising_token);
  });
  it('carries the refresh token URL-encoded', async () => {
    const urls: string[] = [];
    const token = { ...await expiredV1(), refresh_token: 'a+b/c==&d e'.replace(' ', '') };
    const spying: Fetch = (url, options) => { urls.push(url); return fetch(url, options); };
    await openPage({ fetch: spying }).ask({ uid2Token: token, uid2ApiVersion: 1 }).done;
    expect(new URL(urls[0]).searchParams.get('refresh_token')).to.equal(token.refresh_token);
  });
  it('reads the plain answer for an identity of API v2 too', async () => {
    const page = openPage();
    await page.ask({ uid2Token: await identity('expired'), uid2ApiVersion: 1 }).done;
    expect(page.published()).to.have.property('id');
    expect(stored()!.latestToken).to.not.have.property('refresh_response_key');
  });
});

describe('uid2 protocol: a generation', () => {
  it('sends the operator what it needs, and no more', async () => {
    const sent: RequestInit[] = [];
    const fetch: Fetch = (url, options) => {
      sent.push(options);
      return window.fetch(url, options);
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
});

describe('uid2 protocol: in Prebid', () => {
  prebidForEach();

  it('names Prebid\'s version and the module\'s revision', async () => {
    configure({ uid2Token: await identity('expired') });
    await pbjs.getUserIdsAsync();
    const [{ client, preflight }, ...more] = await asked();
    expect(client).to.match(/^PrebidJS-\d+\.\d+\.\d+[\w.-]*-UID2Module-\d+\.\d+/)
      .and.contain(`PrebidJS-${pbjs.version.replace(/^v/, '')}-`);
    expect([preflight, more]).to.deep.equal([false, []]);
  });
});
