// Prebid's request mock, answering by path: `?client=…` is for the operator's statistics, not for its router.
import { server, xhr } from 'prebid-source/test/mocks/xhr.js';

type Matcher = string | RegExp | ((url: string) => unknown);

const withoutClient = (text: string) => {
  const url = new URL(text);
  url.searchParams.delete('client');
  return url.href;
};

const byPath = (matcher: Matcher): Matcher => typeof matcher === 'string'
  ? (url) => url === matcher || withoutClient(url) === matcher
  : matcher;

const respondWith = server.respondWith;

// the same object: whoever holds Prebid's mock already must see it too
server.respondWith = function (...args: unknown[]) {
  const matcher = args.length - 2;
  if (matcher >= 0) args[matcher] = byPath(args[matcher] as Matcher);
  return respondWith.apply(server, args);
};

export { server, xhr };
