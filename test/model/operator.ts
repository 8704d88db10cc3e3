import type { Identity } from '../../libraries/uid2Session/identity.js';

// A simulation of the operator: it answers as the real one does, without encryption (identities made by API v1 have no key).

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

/** Whose token it is; tokens are like B2.5, the fifth that grew out of the second that the publisher generated for user B. */
export const userOf = (token: string) => token[0] as User;
export const rootOf = (token: string) => token.split('.')[0];

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

  return {
    optedOut,
    answered,
    identities,
    askedWith: (refreshToken: string) => identities.get(refreshToken.slice(1))!,

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

    answer(how: Answer, asked: Identity): { status: number; text: string } | undefined {
      if (how === 'network') return;
      if (how === 'optout') optedOut.add(userOf(asked.advertising_token));
      if (how === '500') return { status: 500, text: 'internal error' };
      if (how === '400' || truth() > asked.refresh_expires) return { status: 400, text: '{"status":"client_error"}' };
      if (how === 'garbage') return { status: 200, text: '\u0000{"status"' };
      if (how === 'page') return { status: 200, text: 'null' };
      if (how === 'half') return { status: 200, text: '{"status":"success","body":{"advertising_token":"Z9.9"}}' };
      if (optedOut.has(userOf(asked.advertising_token))) return { status: 200, text: '{"status":"optout"}' };
      const body = make(rootOf(asked.advertising_token), truth());
      answered.add(body.advertising_token);
      return { status: 200, text: JSON.stringify({ status: 'success', body }) };
    },
  };
}

export type Operator = ReturnType<typeof createOperator>;
