// What may happen in a random life of a page with `window.__uid2`.
import fc from 'fast-check';
import type { Age } from './support.ts';

export const READERS = ['a', 'b'] as const;
export type Reader = typeof READERS[number];
export const WAYS = ['setIdentityFromEmail', 'setIdentityFromEmailHash', 'setIdentityFromPhone', 'setIdentityFromPhoneHash'] as const;
export type Way = typeof WAYS[number];

/** Who is named: by a new identity, by one of those given before, by what `getIdentity()` answers, or badly. */
export type Whom = { reader: Reader; age: Age } | { again: number } | 'own' | 'bad' | 'optout';

/** What a page's script calls. */
export type Call =
  | { call: 'init'; whom?: Whom; useCookie?: boolean }
  | { call: 'setIdentity'; whom: Whom }
  | { call: Way; reader: Reader | 'bad' }
  | { call: 'setConfig'; entry: 'none' | 'plain' | Whom | { address: Reader } }
  | { call: 'consent'; denies: boolean }
  | { call: 'disconnect' | 'pbjs.disconnect' | 'removeItem' | 'getAdvertisingTokenAsync' | 'auction' | 'refreshUserIds' };

/** Who does it in which tab; `on` an event, or at once. */
export type Step =
  | { tab: number; does: Call; on?: 'IdentityUpdated' | 'InitCompleted' | 'OptoutReceived' }
  | { tab: number; does: 'reload'; on?: undefined }
  | { operator: 'works' | 'fails' | 'answers late' | 'answers' | { optsOut: Reader } }
  | { later: number };

/** Whether uid2 is in a page's config, and whether its consent platform is yet to answer as it loads. */
export type Setup = 'none' | 'plain' | 'waits';

export type Life = { tabs: Setup[]; steps: Step[] };

const HOUR = 3600e3;

const reader = fc.constantFrom(...READERS);
const age = fc.constantFrom<Age>('fresh', 'fresh', 'fresh', 'stale', 'expired', 'dead');
const whom = fc.oneof({ weight: 6, arbitrary: fc.record({ reader, age }) },
  { weight: 2, arbitrary: fc.record({ again: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.constantFrom('own', 'bad', 'optout') }) as fc.Arbitrary<Whom>;
const named = whom.filter((one) => one !== 'optout' && one !== 'own');

const weighed = <T>(...all: [number, fc.Arbitrary<T>][]) => fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const call: fc.Arbitrary<Call> = weighed<Call>(
  [5, fc.record({ call: fc.constant('init'), whom: fc.option(whom, { nil: undefined }) })],
  [1, fc.record({ call: fc.constant('init'), whom, useCookie: fc.boolean() })],
  [4, fc.record({ call: fc.constant('setIdentity'), whom })],
  [4, fc.record({ call: fc.constantFrom(...WAYS), reader: weighed<Reader | 'bad'>([5, reader], [1, fc.constant('bad')]) })],
  [3, fc.record({ call: fc.constant('setConfig'),
    entry: weighed<any>([3, fc.constantFrom('none', 'plain', 'plain')], [3, named], [1, fc.record({ address: reader })]) })],
  [2, fc.record({ call: fc.constant('consent'), denies: fc.boolean() })],
  [7, fc.record({ call: fc.constantFrom('disconnect', 'disconnect', 'pbjs.disconnect', 'removeItem', 'getAdvertisingTokenAsync', 'auction', 'refreshUserIds') })],
);

const tab = fc.nat(2);
const on = fc.constantFrom('IdentityUpdated', 'InitCompleted', 'OptoutReceived');

const step: fc.Arbitrary<Step> = weighed<Step>(
  [14, fc.record({ tab, does: call })],
  [2, fc.record({ tab, does: call, on }) as fc.Arbitrary<Step>],
  [1, fc.record({ tab, does: fc.constant('reload') })],
  [4, fc.record({ operator: weighed<any>(
    [4, fc.constantFrom('works', 'fails', 'answers late', 'answers')], [1, fc.record({ optsOut: reader })]) })],
  [1, fc.record({ later: fc.constantFrom(HOUR, 3 * HOUR, 80 * HOUR, 800 * HOUR) })],
);

/** A life in which `init` comes early, as on most pages. */
export const lives = (longest: number): fc.Arbitrary<Life> => fc.record({
  tabs: fc.array(fc.constantFrom<Setup>('plain', 'plain', 'none', 'waits'), { minLength: 2, maxLength: 3 }),
  steps: fc.array(step, { minLength: longest / 2, maxLength: longest }),
}) as fc.Arbitrary<Life>;
