// Constants that the build puts in.
declare const FEATURES: Readonly<{ UID2_CSTG: boolean; NATIVE: boolean; VIDEO: boolean; AUDIO: boolean }>;

// Prebid's request mock, which is plain JavaScript.
declare module 'prebid-source/test/mocks/xhr.js' {
  export const xhr: unknown;
  export const server: { respondWith(...args: unknown[]): void; requests: { url: string; method: string }[] };
}
declare module 'prebid-source/test/*';

// What Prebid's request mocks are made of.
declare module 'nise' {
  type Fake = { create(): unknown };
  export const fakeServer: Fake;
  export const fakeServerWithClock: Fake;
  export const fakeXhr: { useFakeXMLHttpRequest(): unknown };
}

declare module '*/webpack.config.js' {
  import type { Configuration } from 'webpack';
  export default function configuration(options: object): Configuration;
}
