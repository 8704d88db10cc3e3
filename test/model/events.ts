import fc from 'fast-check';
import type { Notice } from './leaving.ts';
import { ACCOUNTS, AGES, ANSWERS, WAYS, type Account, type Age, type Answer, type By, type How, type User } from './operator.ts';

// What can happen, as data: a sequence is read leniently, so that any part of it is one too, and shrinks.

export const SPANS = { '1 ms': 1, '2 s': 2e3, '6 s': 6e3, '1 min': 6e4, '11 min': 66e4, '1 h': 36e5, '5 h': 18e6, '1 d': 864e5, '4 d': 3456e5, '40 d': 3456e6 };
export type Span = keyof typeof SPANS;
export const TABS = 3;
export const DAMAGES = ['clear', 'garbage', 'truncated', 'half', 'noNote', 'badNote'] as const;
export const FAULTS = ['none', 'full', 'blocked'] as const;

const CONSENTS = ['denied', 'coppa', 'gpp', 'allowed'] as const;
/** What Prebid's activity controls can deny us. */
export type Activity = 'enrichEids' | 'accessDevice';

export type Settings = {
  storage: 'localStorage' | 'cookie';
  supply: 'params' | 'cookie';
  locks: boolean;
  lives: 'production' | 'short';
  bidWhileRefreshing: boolean;
  /** How long auctions wait, ms: an operator that takes longer is slow. */
  auctionDelay: number;
  every: number;
  /** Whether the consent platform lets pages wait for its answer. */
  late: boolean;
  /** Whether pages have `window.__uid2`. */
  sdk: boolean;
  /** How far the browser's clock is off, hours. */
  wrong: number;
  seed: number;
};

export type Event =
  | ['time', 'awake' | 'asleep', Span]
  | ['open', number, 'shown' | 'hidden', 'getId' | 'extendId', User | 'nobody', How]
  | ['go', number, Notice, 'kept' | 'gone', User | 'nobody', How]
  | ['reload' | 'close' | 'hide' | 'show' | 'freeze' | 'thaw' | 'auction' | 'status' | 'getId' | 'logout' | 'dataDeletion', number]
  | ['rerender' | 'remove' | 'second' | 'frame' | 'back' | 'stay' | 'burst', number]
  | ['login' | 'setConfig' | 'merge', number, User, How]
  | ['takeOut', number, 'retain' | 'drop']
  | ['consent', number, (typeof CONSENTS)[number], 'heard' | 'unheard']
  | ['rule', number, Activity, 'denied' | 'allowed']
  | ['init', number, User | 'nobody', Age]
  | ['setIdentity', number, User | 'bad', Age]
  | ['setFrom', number, User, By]
  | ['sdkLogout' | 'setIdentityOptOut' | 'initOptOut', number]
  | ['operator', Answer | 'silent']
  | ['answer', number, Answer]
  | ['account', number, Account]
  | ['optOut', User]
  | ['damage', (typeof DAMAGES)[number]]
  | ['storage', (typeof FAULTS)[number]]
  | ['clock', 'forwards' | 'backwards', Span];

const tab = fc.nat(TABS - 1);
/** A tab's Prebid, or its second one, or that of a frame in it. */
const prebid = fc.oneof({ weight: 4, arbitrary: tab }, { weight: 1, arbitrary: fc.integer({ min: TABS, max: 3 * TABS - 1 }) });
/** A document's first Prebid, which has `window.__uid2`. */
const document = fc.oneof({ weight: 4, arbitrary: tab }, { weight: 1, arbitrary: fc.integer({ min: 2 * TABS, max: 3 * TABS - 1 }) });
const user = fc.constantFrom<User[]>('A', 'B', 'C');
const age = fc.constantFrom<Age[]>(...AGES, 'same', 'same', 'new');
const how = fc.oneof({ weight: 4, arbitrary: age }, { weight: 1, arbitrary: fc.constantFrom('email', 'email', 'phone') });
const span = fc.constantFrom(...Object.keys(SPANS) as Span[]);
const shown = fc.constantFrom('shown' as const, 'hidden' as const);
const answer = fc.constantFrom<Answer[]>(...ANSWERS, 'ok', 'ok');

const of = <T extends fc.Arbitrary<Event>>(weight: number, arbitrary: T) => ({ weight, arbitrary: arbitrary as fc.Arbitrary<Event> });
/** What a page says to `window.__uid2`. */
const calls = [
  of(8, fc.tuple(fc.constant('init'), document, fc.constantFrom('A', 'B', 'nobody', 'nobody'), age) as fc.Arbitrary<Event>),
  of(8, fc.tuple(fc.constant('setIdentity'), document, fc.constantFrom('A', 'B', 'C', 'bad'), age) as fc.Arbitrary<Event>),
  of(8, fc.tuple(fc.constant('setFrom'), document, user, fc.constantFrom(...WAYS)) as fc.Arbitrary<Event>),
  of(5, fc.tuple(fc.constantFrom('sdkLogout', 'sdkLogout', 'sdkLogout', 'setIdentityOptOut', 'initOptOut'), document) as fc.Arbitrary<Event>),
];
const nameless = fc.tuple(fc.constant('open'), tab, shown, fc.constantFrom('getId', 'extendId'), fc.constant('nobody'), fc.constant('new')) as fc.Arbitrary<Event>;
const others = [
  of(14, fc.tuple(fc.constant('time'), fc.constantFrom('awake', 'asleep'), span) as fc.Arbitrary<Event>),
  of(12, fc.tuple(fc.constantFrom('auction', 'auction', 'status'), prebid) as fc.Arbitrary<Event>),
  of(7, fc.tuple(fc.constant('open'), tab, shown, fc.constantFrom('getId', 'extendId'), fc.constantFrom('A', 'A', 'B', 'nobody'), how) as fc.Arbitrary<Event>),
  of(10, fc.tuple(fc.constantFrom('reload', 'close', 'hide', 'show', 'freeze', 'thaw', 'getId', 'reload'), tab) as fc.Arbitrary<Event>),
  of(6, fc.tuple(fc.constant('go'), tab, fc.constantFrom('announced', 'sudden'), fc.constantFrom('kept', 'kept', 'gone'), fc.constantFrom('A', 'B', 'nobody'), how) as fc.Arbitrary<Event>),
  of(7, fc.tuple(fc.constantFrom('second', 'frame', 'back', 'back', 'stay'), tab) as fc.Arbitrary<Event>),
  of(1, fc.tuple(fc.constant('burst'), prebid) as fc.Arbitrary<Event>),
  of(3, fc.tuple(fc.constantFrom('logout', 'logout', 'dataDeletion'), prebid) as fc.Arbitrary<Event>),
  of(10, fc.tuple(fc.constantFrom('login', 'login', 'setConfig', 'setConfig', 'merge'), prebid, user, how) as fc.Arbitrary<Event>),
  of(3, fc.tuple(fc.constant('takeOut'), prebid, fc.constantFrom('retain', 'drop')) as fc.Arbitrary<Event>),
  of(5, fc.tuple(fc.constantFrom('rerender', 'rerender', 'remove'), prebid) as fc.Arbitrary<Event>),
  of(3, fc.tuple(fc.constant('consent'), prebid, fc.constantFrom(...CONSENTS, 'allowed', 'allowed'), fc.constantFrom('heard', 'unheard')) as fc.Arbitrary<Event>),
  of(3, fc.tuple(fc.constant('rule'), prebid, fc.constantFrom('enrichEids', 'accessDevice'), fc.constantFrom('denied', 'allowed')) as fc.Arbitrary<Event>),
  of(4, fc.tuple(fc.constant('operator'), fc.oneof(answer, fc.constant('silent'))) as fc.Arbitrary<Event>),
  of(6, fc.tuple(fc.constant('answer'), fc.nat(1), answer) as fc.Arbitrary<Event>),
  of(3, fc.tuple(fc.constant('account'), prebid, fc.constantFrom(...ACCOUNTS)) as fc.Arbitrary<Event>),
  of(1, fc.tuple(fc.constant('optOut'), user) as fc.Arbitrary<Event>),
  of(1, fc.tuple(fc.constant('damage'), fc.constantFrom(...DAMAGES)) as fc.Arbitrary<Event>),
  of(1, fc.tuple(fc.constant('storage'), fc.constantFrom(...FAULTS)) as fc.Arbitrary<Event>),
  of(1, fc.tuple(fc.constant('clock'), fc.constantFrom('forwards', 'backwards'), span) as fc.Arbitrary<Event>),
];

const lives = { plain: fc.oneof(...others), sdk: fc.oneof(...others, ...calls, of(6, nameless)) };

const settings = (sdk: boolean) => fc.record<Settings>({
  storage: fc.constantFrom('localStorage', 'localStorage', 'cookie'),
  // what a cookie and `__uid2` say of two readers at once is nobody's rule
  supply: sdk ? fc.constant('params') : fc.constantFrom('params', 'params', 'cookie'),
  locks: fc.constantFrom(true, true, true, false),
  lives: fc.constantFrom('production', 'short'),
  bidWhileRefreshing: fc.boolean(),
  auctionDelay: fc.constantFrom(0, 0, 1000),
  every: fc.constantFrom(0, 0, 300),
  late: fc.constantFrom(false, false, false, false, true),
  sdk: fc.constant(sdk),
  wrong: fc.constantFrom(0, 0, 0, 0, 5, -5, 100, -100),
  seed: fc.nat(1e6),
});

const sequences = (event: fc.Arbitrary<Event>) => fc.array(event, { minLength: 1, maxLength: 28, size: 'max' });

const plainLife = fc.tuple(settings(false), sequences(lives.plain));
/** A life of pages that also talk to `window.__uid2`. */
const sdkLife = fc.tuple(settings(true), sequences(lives.sdk));
export const life = fc.oneof({ weight: 2, arbitrary: plainLife }, { weight: 1, arbitrary: sdkLife });

/** A sequence as it is put into the file of its rule, `r….test.ts`, an event to a line. */
export const written = (world: Settings, events: Event[]) =>
  `${JSON.stringify(world)}\n${events.map((event) => `  ${JSON.stringify(event)},`).join('\n')}`.replaceAll('"', '\'');
