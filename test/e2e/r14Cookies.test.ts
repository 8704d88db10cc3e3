// R14, R3: a logout clears the publisher's cookie, however it was set; and no more is written than that takes.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { generateToken } from '../../operator/client.ts';
import { type Identity, type Operator, startOperator } from '../../operator/index.ts';
import { HOST, secureSite } from './secureSite.ts';
import { spyOnStorage, usedBy } from './spies.ts';
import { EMAIL } from './support.ts';
import { KEY } from './visitor.ts';

const NOTE_KEY = `${KEY}_note`;

const PARTITIONED = '; Secure; Partitioned; SameSite=None';

/** How a server sets the cookie, and how many writes at most a logout needs to clear it: one for each try. */
const COOKIES: [title: string, name: string, attributes: string, most: number][] = [
  ['of the host', 'uid2_pub_cookie', '', 1],
  ['on a parent domain', 'uid2_pub_cookie', '; Domain=news.pub.example', 3],
  ['on the domain of the site', 'uid2_pub_cookie', '; Domain=pub.example', 4],
  ['named __Secure-', '__Secure-uid2', '; Secure', 1],
  ['named __Secure- on the domain of the site', '__Secure-uid2', '; Secure; Domain=pub.example', 4],
  ['named __Host-', '__Host-uid2', '; Secure', 1],
  ['partitioned', 'uid2_pub_cookie', PARTITIONED, 8],
  ['partitioned and named __Host-', '__Host-uid2', PARTITIONED, 8],
  ['partitioned on the domain of the site', 'uid2_pub_cookie', `${PARTITIONED}; Domain=pub.example`, 12],
];

describe('Cookies of a site with a long name, by https (R14, R3)', () => {
  const site = secureSite();
  let operator: Operator;
  let page: Page;

  beforeEach(async () => {
    operator = await startOperator();
    await spyOnStorage(site.context);
    page = await site.open();
  });
  afterEach(() => operator.close());

  async function login(): Promise<Identity> {
    const answer = await generateToken(operator, { email: EMAIL });
    if (answer === 'optout') throw new Error('opted out');
    return answer.identity;
  }

  const configure = (params: object) => page.evaluate(async (given) => {
    const { pbjs } = window as any;
    pbjs.setConfig({ userSync: { auctionDelay: 60_000, userIds: [{ name: 'uid2', params: given }] } });
    await pbjs.getUserIdsAsync();
  }, { uid2ApiBase: operator.url, ...params });

  const id = (): Promise<string | undefined> => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id);
  const disconnect = () => page.evaluate(() => (window as any).pbjs.uid2.disconnect());
  const inPage = (): Promise<string> => page.evaluate(() => document.cookie);

  /** The writes to cookies since the last time. */
  const writes = async (): Promise<string[]> =>
    (await usedBy(page)).filter((use) => use.startsWith('set cookie')).map((use) => use.slice('set cookie '.length));

  const setCookie = (name: string, identity: Identity, attributes: string) =>
    page.evaluate((text) => { document.cookie = text; },
      `${name}=${encodeURIComponent(JSON.stringify(identity))}; Path=/; Max-Age=3600${attributes}`);

  for (const [title, name, attributes, most] of COOKIES) {
    it(`a logout clears the publisher's cookie ${title}, with ${most} writes at most`, async () => {
      const identity = await login();
      await setCookie(name, identity, attributes);
      await configure({ uid2Cookie: name });
      expect(await id()).to.equal(identity.advertising_token);
      await writes();
      await disconnect();
      expect(await inPage()).not.to.include(name);
      expect(await site.context.cookies()).to.deep.equal([]);
      expect(await id()).to.equal(undefined);
      expect((await writes()).filter((text) => text.startsWith(`${name}=`))).to.have.length.within(1, most);
      await page.goto(site.url);
      await configure({ uid2Cookie: name });
      expect(await id()).to.equal(undefined);
    });
  }

  it('storing one token is one write', async () => {
    await configure({ uid2Token: await login(), storage: 'cookie' });
    expect(await inPage()).to.include(KEY);
    const made = await writes();
    expect(made).to.have.length(1);
    expect(made[0]).to.match(new RegExp(`^${KEY}=`));
  });

  it('a logout of a token in the record\'s cookie is two writes: the record goes, the note is kept', async () => {
    await configure({ uid2Token: await login(), storage: 'cookie' });
    await writes();
    await disconnect();
    const names = (await writes()).map((text) => text.split('=')[0]);
    expect(names.sort()).to.deep.equal([KEY, NOTE_KEY]);
  });

  it('a logout of a token in localStorage writes no cookie', async () => {
    await configure({ uid2Token: await login() });
    expect(await writes()).to.deep.equal([]);
    await disconnect();
    expect(await writes()).to.deep.equal([]);
  });

  it('what is kept in cookies is Secure, SameSite=Lax, of this host only, and ends with the token', async () => {
    const identity = await login();
    await configure({ uid2Token: identity, storage: 'cookie' });
    expect(await inPage()).to.include(KEY);
    const [cookie] = await site.context.cookies();
    expect(cookie).to.deep.include({ name: KEY, secure: true, sameSite: 'Lax', domain: HOST });
    expect(cookie.expires * 1000).to.be.closeTo(identity.refresh_expires, 2000);
    await disconnect();
    const [note] = await site.context.cookies();
    expect(note).to.deep.include({ name: NOTE_KEY, secure: true, sameSite: 'Lax', domain: HOST });
  });
});
