// Nothing secret in logs, storage or status(), and lines that say what happened (R18).
import { expect } from 'chai';
import { config } from 'src/config.js';
import type { Identity } from '../../libraries/uid2Session/identity';
import { everythingKept, KEY, latest, setCookie, store, urlEncoded } from './support/browser';
import { logForEach } from './support/console';
import {
  PHONE, OPTED_OUT, OPTS_OUT_LATER, KINDS, SECRETS, by, USER, failing, keyOffTheCurve, prebidsRecord,
} from './support/generation';
import { AGE, clearFaults, cstg, fault, HOUR } from './support/operator';
import { COPPA, GDPR, identity, openPage, setTime } from './support/page';
import { configure, pbjs, prebidForEach } from './support/prebid';

type MakeToken = (state: keyof typeof AGE, email?: string) => Promise<Identity>;

const secretsIn = (tokens: Identity[]) =>
  tokens.flatMap((token) => [token.advertising_token, token.refresh_token, token.refresh_response_key!]);

describe('uid2 logs: tokens and keys', () => {
  prebidForEach();
  const lines = logForEach();
  beforeEach(() => config.setConfig({ debug: true } as any));
  const leaks = (secrets: string[]) => secrets.filter((secret) => lines.some((line) => line.includes(secret)));
  // what the operator has answered
  const known = () => [pbjs.getUserIds().uid2?.id].filter(Boolean);

  const STORIES: { [title: string]: (token: MakeToken) => Promise<void> } = {
    'a login': async (token) => {
      configure({ uid2Token: await token('fresh') });
      await pbjs.getUserIdsAsync();
    },
    'a login by cookie': async (token) => {
      setCookie('login', urlEncoded(await token('fresh')));
      configure({ uid2Cookie: 'login', storage: 'cookie' });
      await pbjs.getUserIdsAsync();
    },
    'a refresh': async (token) => {
      configure({ uid2Token: await token('expired') });
      await pbjs.getUserIdsAsync();
    },
    'a refresh by API v1': async (token) => {
      configure({ uid2Token: await token('expired'), uid2ApiVersion: 1 });
      await pbjs.getUserIdsAsync();
    },
    'failures of every kind': async (token) => {
      for (const kind of ['close', 'truncated', 'garbage', 'notBase64', 'wrongKey', 'plainJson', 'badJson'] as const) {
        await clearFaults();
        await fault({ kind });
        configure({ uid2Token: await token('expired') });
        await pbjs.refreshUserIds();
      }
      for (const status of [400, 401, 403, 429, 500, 502]) {
        await clearFaults();
        await fault({ kind: 'status', status, body: '<p>sorry</p>' });
        configure({ uid2Token: await token('stale') });
        await pbjs.refreshUserIds();
      }
    },
    'an opt-out': async (token) => {
      configure({ uid2Token: await token('expired', OPTS_OUT_LATER) });
      await pbjs.getUserIdsAsync();
    },
    'a logout': async (token) => {
      configure({ uid2Token: await token('fresh') });
      await pbjs.getUserIdsAsync();
      pbjs.uid2.disconnect();
      await pbjs.refreshUserIds();
    },
    'corrupt params': async (token) => {
      const { refresh_expires: _, ...rest } = await token('fresh');
      configure({ uid2Token: rest });
      await pbjs.getUserIdsAsync();
    },
    'a corrupt cookie': async (token) => {
      setCookie('login', encodeURIComponent(JSON.stringify(await token('fresh')).slice(0, -10)));
      configure({ uid2Cookie: 'login' });
      await pbjs.getUserIdsAsync();
    },
    'corrupt storage': async (token) => {
      localStorage.setItem(KEY, `{"latestToken":${JSON.stringify(await token('fresh'))}`);
      configure({});
      await pbjs.getUserIdsAsync();
    },
    'COPPA': async (token) => {
      config.setConfig({ coppa: true } as any);
      configure({ uid2Token: await token('fresh') });
      await pbjs.getUserIdsAsync();
    },
    'a dead token': async (token) => {
      configure({ uid2Token: await token('dead') });
      await pbjs.getUserIdsAsync();
    },
  };

  for (const [title, story] of Object.entries(STORIES)) {
    it(`are in no line through ${title}`, async () => {
      const tokens: Identity[] = [];
      await story(async (state, email) => {
        const made = await identity(state, email);
        tokens.push(made);
        return made;
      });
      expect(leaks([...secretsIn(tokens), ...known()])).to.deep.equal([]);
      expect(lines, 'Prebid logs at all').to.not.deep.equal([]);
    });
  }
});

describe('uid2 logs: e-mail addresses and phone numbers', () => {
  prebidForEach();
  const lines = logForEach();
  beforeEach(() => config.setConfig({ debug: true } as any));

  async function expectNoSecret() {
    await pbjs.getUserIdsAsync();
    const told = JSON.stringify(pbjs.uid2.status());
    const known = [pbjs.getUserIds().uid2?.id, latest()?.refresh_token, latest()?.refresh_response_key].filter(Boolean);
    const secrets = [...SECRETS, 'nobody@', ...known] as string[];
    const isTold = (secret: string) => told.includes(secret) || lines.some((line) => line.includes(secret));
    expect(secrets.filter(isTold)).to.deep.equal([]);
    expect(lines).to.not.deep.equal([]);
  }

  for (const [param, value] of Object.entries(KINDS)) {
    it(`are in no line with ${param}`, async () => {
      configure({ ...cstg, [param]: value });
      await expectNoSecret();
    });
  }
  for (const [title, params] of [
    ['an opt-out', by(OPTED_OUT)],
    ['more than one param', { ...USER, phone: PHONE }],
    ['an invalid e-mail address', by('nobody@')],
    ['a key not on the curve', { ...USER, serverPublicKey: keyOffTheCurve() }],
    ['no subscription', { ...USER, subscriptionId: '' }],
  ] as const) {
    it(`are in no line with ${title}`, async () => {
      configure(params);
      await expectNoSecret();
    });
  }
  const FAULTS = [
    { kind: 'status', status: 403 }, { kind: 'garbage' }, { kind: 'wrongKey' }, { kind: 'close' },
  ] as const;
  for (const spec of FAULTS) {
    it(`are in no line when the operator fails: ${'status' in spec ? spec.status : spec.kind}`, async () => {
      await clearFaults();
      await failing(spec);
      configure(USER);
      await expectNoSecret();
    });
  }
});

describe('uid2 logs: lines', () => {
  it('say that a supplied token is invalid, without showing it', async () => {
    const { refresh_expires: _, ...rest } = await identity();
    const page = openPage();
    page.ask({ uid2Token: rest });
    expect(page.warnings).to.have.length(1);
    expect(JSON.stringify(page.warnings)).to.not.contain(rest.advertising_token);
    expect(JSON.stringify(page.warnings)).to.match(/token/i);
  });
  for (const [word, consent] of [['gdpr', GDPR], ['coppa', COPPA]] as const) {
    it(`say that the module is off: ${word}`, async () => {
      const page = openPage({ consent });
      page.ask({ uid2Token: await identity() });
      expect(page.warnings.join()).to.match(new RegExp(word, 'i'));
    });
  }
  it('are none if all is well', async () => {
    const page = openPage();
    await page.ask({ uid2Token: await identity('expired') }).done;
    await setTime(2 * HOUR);
    await page.ask().done;
    expect(page.warnings).to.deep.equal([]);
  });
});

describe('uid2 logs: secrets elsewhere', () => {
  it('are not in status()', async () => {
    const page = openPage();
    const token = await identity();
    page.ask({ uid2Token: token });
    for (const secret of secretsIn([token])) expect(JSON.stringify(page.uid2.status())).to.not.contain(secret);
  });
  it('are not in storage after an opt-out of a record that Prebid\'s own module wrote', async () => {
    const token = await identity('stale', OPTS_OUT_LATER);
    store(prebidsRecord(OPTS_OUT_LATER, { originalToken: token, latestToken: token }));
    const page = openPage();
    await page.ask(by(OPTS_OUT_LATER)).done;
    expect(page.published()).to.deep.equal({ optout: true });
    expect(everythingKept()).to.not.contain(OPTS_OUT_LATER);
  });
});
