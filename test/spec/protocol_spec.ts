// How the operator is asked (R12, R13), and once only.
import { expect } from 'chai';
import type { Identity } from '../../libraries/uid2/tokens';
import { asked, generateV1, setOperatorClock } from './support/operator';
import { identity, openPage, stored, type Fetch } from './support/page';
import { configure, pbjs, prebidForEach } from './support/prebid';

// browsers remember for seconds, by URL, that a preflight has been answered
const newClient = () => `PrebidJS-test-UID2Module-${Math.random()}`;

describe('uid2 requests: API v2', () => {
  it('refresh with one POST and no preflight', async () => {
    await openPage({ client: newClient() }).ask({ uid2Token: await identity('expired') }).done;
    expect((await asked()).map(({ method, path, status, preflight }) => ({ method, path, status, preflight })))
      .to.deep.equal([{ method: 'POST', path: '/v2/token/refresh', status: 200, preflight: false }]);
  });
  it('carry the refresh token as it is, as text/plain', async () => {
    const sent: Request[] = [];
    const spying: Fetch = (url, options) => { sent.push(new Request(url, options)); return fetch(url, options); };
    const token = await identity('expired');
    await openPage({ fetch: spying }).ask({ uid2Token: token }).done;
    expect(sent).to.have.length(1);
    expect(await sent[0].text()).to.equal(token.refresh_token);
    expect([...sent[0].headers].map(([name, value]) => [name, value.split(';')[0]])).to.deep.equal([['content-type', 'text/plain']]);
  });
  it('carry nothing secret in the URL', async () => {
    const urls: string[] = [];
    const token = await identity('expired');
    await openPage({ fetch: (url, options) => { urls.push(url); return fetch(url, options); } }).ask({ uid2Token: token }).done;
    expect(new URL(urls[0]).search).to.equal('?client=PrebidJS-test-UID2Module-test');
  });
  it('read a plain answer for an identity of API v1', async () => {
    await setOperatorClock(-5 * 3600e3);
    const token = await generateV1();
    await setOperatorClock(0);
    const page = openPage();
    await page.ask({ uid2Token: token }).done;
    expect(page.published()).to.have.property('id').that.is.not.equal(token.advertising_token);
  });
  it('are one, however often the page asks', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    await Promise.all([1, 2, 3].map(() => page.ask({ uid2Token }).done));
    expect(await asked()).to.have.length(1);
  });
  it('call every caller back, and each once', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    const asks = [1, 2, 3].map(() => page.ask({ uid2Token }));
    await Promise.all(asks.map(({ done }) => done));
    expect(asks.map(({ calls }) => calls.length)).to.deep.equal([1, 1, 1]);
  });
  it('go to nobody for a stored token that is fresh', async () => {
    openPage().ask({ uid2Token: await identity() });
    openPage().ask();
    expect(await asked()).to.deep.equal([]);
  });
});

describe('uid2 requests: API v1', () => {
  const expiredV1 = async (): Promise<Identity> => {
    await setOperatorClock(-5 * 3600e3);
    const token = await generateV1();
    await setOperatorClock(0);
    return token;
  };

  it('refresh with one GET and no preflight', async () => {
    const client = newClient();
    const page = openPage({ client });
    const token = await expiredV1();
    await page.ask({ uid2Token: token, uid2ApiVersion: 1 }).done;
    expect((await asked()).map((entry) => [entry.method, entry.path, entry.status, entry.client]))
      .to.deep.equal([['GET', '/v1/token/refresh', 200, client]]);
    expect(page.published()).to.have.property('id').that.is.not.equal(token.advertising_token);
  });
  it('carry the refresh token URL-encoded', async () => {
    const urls: string[] = [];
    const token = { ...await expiredV1(), refresh_token: 'a+b/c==&d e'.replace(' ', '') };
    await openPage({ fetch: (url, options) => { urls.push(url); return fetch(url, options); } }).ask({ uid2Token: token, uid2ApiVersion: 1 }).done;
    expect(new URL(urls[0]).searchParams.get('refresh_token')).to.equal(token.refresh_token);
  });
  it('read the plain answer for an identity of API v2 too', async () => {
    const page = openPage();
    await page.ask({ uid2Token: await identity('expired'), uid2ApiVersion: 1 }).done;
    expect(page.published()).to.have.property('id');
    expect(stored()!.latestToken).to.not.have.property('refresh_response_key');
  });
});

describe('uid2 requests through Prebid', () => {
  prebidForEach();

  it('name Prebid\'s version and the module\'s revision', async () => {
    configure({ uid2Token: await identity('expired') });
    await pbjs.getUserIdsAsync();
    const [{ client, preflight }, ...more] = await asked();
    expect(client).to.match(/^PrebidJS-\d+\.\d+\.\d+[\w.-]*-UID2Module-\d+\.\d+/).and.contain(`PrebidJS-${pbjs.version.replace(/^v/, '')}-`);
    expect([preflight, more]).to.deep.equal([false, []]);
  });
});
