import type { Identity } from '../../libraries/uid2Session/identity.js';
import type { Reply } from './rules/kinds.ts';

// A simulation of the operator: it answers as the real one does, without encryption.

export type User = 'A' | 'B' | 'C';
export const ANSWERS = ['ok', 'optout', '500', '400', 'network', 'garbage', 'half', 'page'] as const;
export type Answer = (typeof ANSWERS)[number];

const HOUR = 3600e3;
/** When a token is due, expired and dead, ms after it was made. */
export const LIVES = {
  production: [HOUR, 4 * HOUR, 30 * 24 * HOUR],
  short: [60e3, 240e3, 3600e3],
} as const;
export const AGES = ['same', 'new', 'stale', 'expired', 'dead'] as const;
export type Age = (typeof AGES)[number];

/** Said instead of a reader: they have opted out. */
export const OPTED_OUT = 'optout';

/**
 * Whose token it is; tokens are like B2.5, the fifth that grew out of the second that the publisher generated for user B,
 * or B@email.0, the first one of B's address.
 */
export const userOf = (token: string) => token[0] as User;
export const rootOf = (token: string) => token.split('.')[0];

export const WAYS = ['email', 'phone'] as const;
/** How a page names a user without a token. */
export type By = (typeof WAYS)[number];
export const isAddress = (name: string) => name.includes('@') && !name.includes('.');
export const nameOf = (user: User, by: By) => `${user}@${by}`;
/** What a page's server gives it of a reader: a token of some age, or their address or number. */
export type How = Age | By;
/** All such names. */
export const NAMES = (['A', 'B', 'C'] as const).flatMap((user) => WAYS.map((by) => nameOf(user, by)));
/** The address or number of the name. */
export const valueOf = (name: string) =>
  (name.endsWith('email') ? `${name[0].toLowerCase()}@reader.example` : `+1000000000${name.charCodeAt(0)}`);

export const ACCOUNTS = [1, 2] as const;
/** One that the publisher has at the operator, to make tokens of addresses. */
export type Account = (typeof ACCOUNTS)[number];
/** What is in params to make a token of this name. */
export const paramsOf = (name: string, account: Account) => ({
  [name.split('@')[1]]: valueOf(name), serverPublicKey: `UID2-X-L-${'AB'[account - 1].repeat(4)}`, subscriptionId: `model${account}`,
});

/** A body in the place of one that is encrypted: `iv[12] | text`, base64. */
const sealed = (text: string) => Buffer.from(' '.repeat(12) + text).toString('base64');

export function createOperator([due, expired, dead]: readonly [number, number, number], truth: () => number) {
  const identities = new Map<string, Identity>();
  const roots = new Map<User, Identity[]>();
  const generations = new Map<string, number>();
  const optedOut = new Set<User>();
  /** Tokens that the browser got from the operator, not from the publisher. */
  const answered = new Set<string>();

  function make(root: string, made: number): Identity {
    const generation = generations.get(root) ?? 0;
    generations.set(root, generation + 1);
    const token = `${root}.${generation}`;
    const identity = { advertising_token: token, refresh_token: `r${token}`, refresh_from: made + due, identity_expires: made + expired, refresh_expires: made + dead };
    identities.set(token, identity);
    return identity;
  }

  /** What a request asks for: a token's successor, or the first one of a name, by an account. */
  function askedWith(body: string): { what: string; account?: string } {
    if (!body.startsWith('{')) return { what: body.slice(1) };
    const { payload, subscription_id: account } = JSON.parse(body);
    const { email_hash: email, phone_hash: phone } = JSON.parse(Buffer.from(payload, 'base64').toString());
    const value = Buffer.from(email ?? phone, 'base64').toString();
    return { what: NAMES.find((name) => valueOf(name) === value)!, account };
  }

  function bodyFor(how: Answer, what: string): { text: string; gives?: Reply['gives'] } {
    if (how === 'garbage') return { text: '\u0000{"status"' };
    if (how === 'page') return { text: 'null' };
    if (how === 'half') return { text: '{"status":"success","body":{"advertising_token":"Z9.9"}}' };
    if (optedOut.has(userOf(what))) return { text: '{"status":"optout"}', gives: 'optout' };
    const body = make(rootOf(what), truth());
    answered.add(body.advertising_token);
    return { text: JSON.stringify({ status: 'success', body }), gives: 'token' };
  }

  return {
    optedOut,
    answered,
    identities,
    askedWith,

    /** A token that the publisher has generated for the user: the same as last time, or one of this age. */
    generate(user: User, age: Age): Identity {
      const made = roots.get(user) ?? [];
      roots.set(user, made);
      // no operator generates for who has opted out, but the publisher may still have a token
      if (made.length && (age === 'same' || optedOut.has(user))) return made.at(-1)!;
      const old = { same: 0, new: 0, stale: due + 10, expired: expired + 10, dead: dead + 10 }[age];
      const identity = make(`${user}${made.length + 1}`, truth() - old);
      made.push(identity);
      return identity;
    },

    answer(how: Answer, what: string): Reply | undefined {
      const asked = identities.get(what);
      if (how === 'network') return;
      if (how === 'optout') optedOut.add(userOf(what));
      if (how === '500') return { status: 500, text: 'internal error' };
      if (how === '400' || (asked && truth() > asked.refresh_expires)) return { status: 400, text: '{"status":"client_error"}' };
      const { text, gives } = bodyFor(how, what);
      return { status: 200, text: asked ? text : sealed(text), gives };
    },
  };
}

export type Operator = ReturnType<typeof createOperator>;
