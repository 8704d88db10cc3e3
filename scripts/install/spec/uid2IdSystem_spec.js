// Prebid's own spec of this module, as it was, with four things around it. Its mocked operator answers after 1 ms, sooner than a browser grants
// a Web Lock: it runs as in a browser without them. The operator knows whole URLs only: it gets them without the `?client=…` that a real one
// does not route by. And what a test leaves of a failure goes, as the next one is not to wait for it: each test leaves its page, and has a
// minute of its own, as one page asks no more than six times in one.
import { server } from 'test/mocks/xhr.js';

const NOTE = '__uid2_advertising_token_note';
const withoutClient = (url) => url.replace(/\?client=[^&]*$/, '');

describe('in place of Prebid\'s own', () => {
  const { respondWith } = server;
  const { now } = performance;
  let passed = 0;

  before(() => {
    performance.now = () => now.call(performance) + passed;
    Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
    server.respondWith = function (...args) {
      const [url] = args.slice(-2);
      if (args.length === 3) args[1] = (asked) => withoutClient(asked) === url;
      return respondWith.apply(server, args);
    };
  });

  afterEach(() => {
    passed += 60e3;
    window.dispatchEvent(new Event('pagehide'));
    localStorage.removeItem(NOTE);
    document.cookie = `${NOTE}=; max-age=0; path=/`;
  });

  after(() => {
    delete navigator.locks;
    performance.now = now;
    server.respondWith = respondWith;
  });

  // a plain require is dropped by newer webpacks: package.json says that tests have no side effects
  const specs = require.context('.', false, /uid2IdSystem_prebid\.js$/);
  specs.keys().forEach(specs);
});
