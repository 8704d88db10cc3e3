// Odd params and legacy values: nothing is thrown, and no auction is lost (R17).
import { expect } from 'chai';
import { KEY, storeToken } from './support/browser';
import { identity, idOf, openPage } from './support/page';
import { auction, configure, pbjs, prebidForEach } from './support/prebid';

describe('uid2 input: a legacy token', () => {
  it('has no times in status()', () => {
    localStorage.setItem(KEY, 'legacy-advertising-token');
    const page = openPage();
    page.ask();
    const { source, identityExpires, refreshFrom } = page.uid2.status();
    expect([source, identityExpires, refreshFrom]).to.deep.equal(['legacy', undefined, undefined]);
  });
  const TOKENS = ['A4AAAABq8xQ9YwT2', 'AgAAAANRdREk+7qY1Zc/c3ZJ=='.replace('+', '-'), 'legacy-advertising-token'];

  for (const token of TOKENS) {
    it(`sends ${token}`, () => {
      localStorage.setItem(KEY, token);
      const page = openPage();
      page.ask();
      expect(idOf(page)).to.equal(token);
    });
  }
  const TEXTS = [
    'null', '[]', 'undefined', 'true', '0', '{}', 'NaN', 'logout', 'optout', '  ', 'two words here', '1234567890123',
  ];
  for (const text of TEXTS) {
    it(`does not send ${JSON.stringify(text)}`, () => {
      localStorage.setItem(KEY, text);
      const page = openPage();
      page.ask();
      expect(idOf(page)).to.equal(undefined);
    });
  }
});

describe('uid2 input: odd params', () => {
  const ODD = [
    undefined, null, 42, 'text', [], { uid2Cookie: 7 }, { uid2Cookie: '(' }, { uid2Cookie: {} }, { uid2Cookie: '' },
    { storage: 'attic' }, { storage: null }, { uid2ApiVersion: '1' },
  ];
  for (const params of ODD) {
    it(`throw nothing and lose no stored token: ${JSON.stringify(params)}`, async () => {
      const token = await identity();
      storeToken(token);
      const page = openPage();
      page.uid2.getId({ name: 'uid2', params } as any, {});
      expect(page.published()).to.deep.equal({ id: token.advertising_token });
    });
  }
});

describe('uid2 input: an odd uid2ApiBase', () => {
  it('is taken for none: the default operator is asked', async () => {
    const uid2Token = await identity('expired');
    const urls: string[] = [];
    const fetch = async (url: string) => {
      urls.push(url);
      throw new TypeError('Failed to fetch');
    };
    const page = openPage({ fetch });
    await page.ask({ uid2Token, uid2ApiBase: null }).done;
    expect(urls.map((url) => new URL(url).origin)).to.deep.equal(['https://prod.uidapi.com']);
    expect(page.uid2.status().lastError).to.equal('network');
  });
});

describe('uid2 input: odd params in Prebid', () => {
  prebidForEach();

  it('lose no auction if they cannot be written as JSON', async () => {
    const uid2Token = await identity() as Record<string, unknown>;
    uid2Token.self = uid2Token;
    configure({ uid2Token });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.be.an('array');
    expect((await auction()).ssp.userIdAsEids).to.be.an('array');
    pbjs.uid2.disconnect();
    delete uid2Token.self;
  });
  it('lose no auction if refreshIntervalSeconds is no number', async () => {
    configure({ uid2Token: await identity(), refreshIntervalSeconds: { toString: null } });
    expect((await auction()).ssp.userIdAsEids).to.be.an('array');
  });
});
