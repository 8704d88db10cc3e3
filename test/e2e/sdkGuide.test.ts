// The snippets of UID2's guides, as they are.
import { expect } from 'chai';
import { answers, GONE, withSdk } from './sdkPage.ts';

describe('window.__uid2 in the guides', () => {
  const world = withSdk();
  const { loadHtml } = world;

  it('runs the guides\' three snippets as they are, below the script', async () => {
    const identity = await world.login();
    const page = await loadHtml(`
      <script src="/prebid.js"></script>
      <script>
        __uid2.init({
          callback: function (state) { window.state = state; },
          identity: ${JSON.stringify(identity)},
          baseUrl: '${world.operator.url}'
        });
      </script>
      <script>let advertisingToken = __uid2.getAdvertisingToken();</script>
      <script>window.seen = advertisingToken; __uid2.disconnect();</script>`);
    const { advertising_token: first } = identity;
    await page.waitForFunction(() => 'seen' in window);
    expect(await page.evaluate(() => (window as any).seen)).to.equal(first);
    expect(await page.evaluate(() => (window as any).state)).to.deep.equal({ advertisingToken: first, advertising_token: first, status: 0, statusText: 'ok' });
    expect(await answers(page)).to.deep.equal(GONE);
  });
  it('tells callbacks that were queued before the script, SdkLoaded first', async () => {
    const identity = await world.login();
    const page = await loadHtml(`
      <script>
        window.heard = [];
        window.__uid2 = window.__uid2 || {};
        window.__uid2.callbacks = ['no function', (event, payload) => {
          heard.push(payload.identity ? [event, payload.identity.advertising_token] : event);
          if (event === 'SdkLoaded') __uid2.init(${JSON.stringify({ identity, baseUrl: world.operator.url })});
        }];
      </script>
      <script src="/prebid.js" async></script>`);
    await page.waitForFunction(() => (window as any).heard.length > 1);
    expect(await page.evaluate(() => (window as any).heard)).to.deep.equal(['SdkLoaded', ['InitCompleted', identity.advertising_token]]);
  });
});
