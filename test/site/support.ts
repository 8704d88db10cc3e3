// The site's server with an operator beside it, and visitors with a cookie jar.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { startOperator, type Operator } from '../../operator/index.ts';

export const MINUTE = 60 * 1000;
export const HOUR = 60 * MINUTE;
export const USER = 'user@example.com';
export const MODES = ['cookie', 'config', 'server-only', 'client-side', 'deferred', 'sdk'];

export interface SiteServer {
  url: string;
  port: number;
  operator: Operator;
  /** Where the Prebid bundle may be put. */
  folder: string;
  /** The time of site and operator, Unix ms. */
  now: number;
  close(): Promise<void>;
}

/** Starts both before each test of the suite, and ends them after. */
export function siteServer() {
  const world = {} as SiteServer;

  before(async () => { world.folder = await mkdtemp(path.join(tmpdir(), 'uid2-site-')); });
  after(() => rm(world.folder, { recursive: true }));
  beforeEach(async () => {
    world.now = Date.now();
    world.operator = await startOperator({ now: () => world.now });
    const { operator, folder } = world;
    Object.assign(world, await startSite({ operator, prebid: path.join(folder, 'prebid.js'), operatorTimeout: 2000, now: () => world.now }));
  });
  afterEach(async () => {
    await world.close();
    await world.operator.close();
  });

  // A browser's cookie jar, as far as these tests need one.
  function visitor() {
    const jar = new Map<string, string>();
    const lines = new Map<string, string>();
    async function ask(method: string, where: string, body?: object): Promise<Response> {
      const response = await fetch(world.url + where, {
        method,
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        },
        body: body && JSON.stringify(body)
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        lines.set(name, line);
        if (/Expires=Thu, 01 Jan 1970/.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      return response;
    }
    return {
      jar,
      lines,
      ask,
      /** By an address; where the page makes the token it may be a number too. */
      logIn: (mode: string, email: unknown = USER) => ask('POST', '/login', { mode, email, user: email }),
      page: async (mode: string) => (await ask('GET', `/?mode=${mode}`)).text(),
      /** The script that the publisher has written into the page. */
      async script(mode: string) {
        return /<script id="page">\n([^]*?)<\/script>/.exec(await this.page(mode))![1];
      },
      token: async () => (await (await ask('GET', '/token')).json()).token as string | null,
      tokenCookie: () => JSON.parse(decodeURIComponent(jar.get('uid2_pub_cookie')!))
    };
  }

  return Object.assign(world, {
    visitor,
    message: async (response: Response) => (await response.json()).message as string,
    seen: () => world.operator.admin.requests().map(({ path: where }) => where.split('?')[0])
  });
}
export type Visitor = ReturnType<ReturnType<typeof siteServer>['visitor']>;
