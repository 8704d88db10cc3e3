// R17: an answer is read up to a limit, not cut afterwards.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { inBrowser } from './support.ts';
import { expectNoUid2 } from './visitor.ts';

const MEGABYTE = 1e6;
const CHUNK = 'A'.repeat(64_000);
/** What sockets and the browser hold before anybody has read a byte, and more. */
const MOST_IN_TRANSIT = 30 * MEGABYTE;

describe('An operator whose answer never ends (R17)', () => {
  const world = inBrowser();
  let server: Server;
  let url: string;
  let sent: number;
  let over: Promise<void>[];

  /** Sends without an end, as fast as it is taken, until the browser has had enough. */
  async function stream(response: ServerResponse): Promise<void> {
    const closed = once(response, 'close').then(() => true);
    for (let isClosed = false; !isClosed;) {
      sent += CHUNK.length;
      // a page that takes all of it must not fill the machine's memory either
      if (sent > 10 * MOST_IN_TRANSIT) response.destroy();
      isClosed = await (response.write(CHUNK) ? Promise.race([closed, Promise.resolve(false)])
        : Promise.race([closed, once(response, 'drain').then(() => false)]));
    }
  }

  beforeEach(async () => {
    sent = 0;
    over = [];
    server = createServer((_request, response) => {
      response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'text/plain');
      over.push(stream(response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('has failed long before that: the auction goes on, and the rest is not fetched', async () => {
    const uid2Token = await world.login('expired');
    const visitor = await world.open({ params: { uid2Token, uid2ApiBase: url } });
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
    expect(over).to.have.length(1);
    await Promise.all(over);
    expect(sent).to.be.below(MOST_IN_TRANSIT);
    const status = await visitor.status();
    expect(status).to.deep.include({ state: 'expired', reason: 'unreadable', lastError: 'unreadable' });
    expect(status.nextRefresh).to.be.greaterThan(Date.now());
  });

  it('leaves a token in use that is still good', async () => {
    const uid2Token = await world.login('stale');
    const visitor = await world.open({ params: { uid2Token, uid2ApiBase: url } });
    expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    await Promise.all(over);
    expect(sent).to.be.below(MOST_IN_TRANSIT);
    expect(await visitor.status()).to.deep.include({ state: 'stale', reason: 'ok', lastError: 'unreadable' });
  });
});
