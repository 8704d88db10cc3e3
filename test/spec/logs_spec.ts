// Nothing secret in logs, at any debug level (R18); and lines that say what happened.
import { expect } from 'chai';
import { overhear } from './support/console';
import { config } from 'src/config.js';
import type { Identity } from '../../libraries/uid2/tokens';
import { clearFaults, fault } from './support/operator';
import { identity, KEY, openPage, setCookie, setTime } from './support/page';
import { configure, pbjs, prebidForEach } from './support/prebid';

const text = (value: unknown) => {
  const seen = new Set();
  try {
    return value instanceof Error ? `${value.message} ${value.stack}` : JSON.stringify(value, (_name, part) => {
      if (typeof part === 'object' && part !== null) {
        if (seen.has(part)) return '';
        seen.add(part);
      }
      return part;
    }) ?? String(value);
  } catch (e) {
    return String(value);
  }
};

describe('uid2 logs', () => {
  prebidForEach();
  let lines: string[];
  beforeEach(() => {
    lines = [];
    overhear((args) => { lines.push(args.map(text).join(' ')); });
    config.setConfig({ debug: true } as any);
  });
  afterEach(() => overhear());

  const secretsIn = (tokens: Identity[]) =>
    tokens.flatMap(({ advertising_token: token, refresh_token: refresh, refresh_response_key: key }) => [token, refresh, key!]);
  const leaks = (secrets: string[]) => secrets.filter((secret) => lines.some((line) => line.includes(secret)));
  // what the operator has answered
  const known = () => [pbjs.getUserIds().uid2?.id].filter(Boolean);

  const STORIES: { [title: string]: (token: (state: 'fresh' | 'stale' | 'expired' | 'dead', email?: string) => Promise<Identity>) => Promise<void> } = {
    'a login': async (token) => {
      configure({ uid2Token: await token('fresh') });
      await pbjs.getUserIdsAsync();
    },
    'a login by cookie': async (token) => {
      setCookie('login', encodeURIComponent(JSON.stringify(await token('fresh'))));
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
      configure({ uid2Token: await token('expired', 'refresh-optout@example.com') });
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
    it(`hold no token or key through ${title}`, async () => {
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
  it('say that a supplied token is none, without showing it', async () => {
    const { refresh_expires: _, ...rest } = await identity();
    const page = openPage();
    page.ask({ uid2Token: rest });
    expect(page.warnings).to.have.length(1);
    expect(JSON.stringify(page.warnings)).to.not.contain(rest.advertising_token);
    expect(JSON.stringify(page.warnings)).to.match(/token/i);
  });
  for (const [word, consent] of [['gdpr', { gdpr: { gdprApplies: true } }], ['coppa', { coppa: true }]] as const) {
    it(`say that the module is off: ${word}`, async () => {
      const page = openPage({ consent });
      page.ask({ uid2Token: await identity() });
      expect(page.warnings.join()).to.match(new RegExp(word, 'i'));
    });
  }
  it('are silent where all is well', async () => {
    const page = openPage();
    await page.ask({ uid2Token: await identity('expired') }).done;
    await setTime(2 * 3600e3);
    await page.ask().done;
    expect(page.warnings).to.deep.equal([]);
  });
  it('stay out of status()', async () => {
    const page = openPage();
    const token = await identity();
    page.ask({ uid2Token: token });
    for (const secret of secretsIn([token])) expect(JSON.stringify(page.uid2.status())).to.not.contain(secret);
  });
});
