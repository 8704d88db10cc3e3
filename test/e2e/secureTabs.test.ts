// As in production, by TLS and HTTP/2: what many tabs ask at the same moment.
import { expect } from 'chai';
import { bid } from './bid.ts';
import { COOKIE, securePublisher } from './securePublisher.ts';

const SECTIONS = ['news', 'sport', 'weather', 'travel', 'food', 'games', 'music'];

describe('Many tabs by TLS and HTTP/2', () => {
  const world = securePublisher();
  const { loginStale, tokenCookie, configure, record, asked } = world;

  const openTabs = (urls: string[]) => Promise.all(urls.map(async (url) => {
    const tab = await world.context.newPage();
    await tab.goto(url);
    return tab;
  }));

  it('seven parts of a publisher, each on a host of its own, refresh at the same moment over one connection', async () => {
    await loginStale();
    const uid2Token = await tokenCookie();
    const { port } = new URL(world.fronts.site.url);
    // To a host that it does not know yet, a browser opens connections before it knows that one is enough.
    await configure({ uid2Token });
    const tabs = await openTabs(SECTIONS.map((section) => `https://${section}.pub.example:${port}/`));
    // None is passed on before all have come on one connection.
    world.fronts.operator.gather(tabs.length);
    await Promise.all(tabs.map((tab) => configure({ uid2Token }, tab)));
    expect(asked()).to.deep.equal(Array(1 + tabs.length).fill('POST /v2/token/refresh 200'));
    expect(world.fronts.operator.connections()).to.deep.equal(['h2']);
  });

  it('ten tabs with a stale token load ten articles at the same moment over one connection, and make one request', async () => {
    await loginStale();
    world.fronts.site.gather(10);
    // A browser loads the same address one after the other.
    const tabs = await openTabs(Array.from({ length: 10 }, (_, article) => `${world.fronts.site.url}/?article=${article}`));
    await Promise.all(tabs.map((tab) => configure({ uid2Cookie: COOKIE }, tab)));
    const tokens: unknown[] = [];
    for (const tab of tabs) tokens.push(await bid(tab));
    const { latestToken } = await record();
    expect(tokens).to.deep.equal(Array(10).fill(latestToken.advertising_token));
    expect(asked()).to.deep.equal(['POST /v2/token/refresh 200']);
  });
});
