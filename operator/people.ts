// Who opted out: the protocol's test identities, and whoever the admin names.
import { Person, sha256 } from './normalize.js';

const AT_GENERATION = new Set(['optout@example.com', '+00000000000'].map(sha256));
const AT_REFRESH = new Set(['refresh-optout@example.com', '+00000000002'].map(sha256));

export interface People {
  optOut(person: Person): void;
  optIn(person: Person): void;
  optedOutAt(step: 'generate' | 'refresh', person: Person): boolean;
  /** How many the admin opted out. */
  count(): number;
}

/** An empty list of opted-out people, beside the test identities, which always are. */
export function people(): People {
  const out = new Set<string>();
  return {
    optOut: ({ hash }) => { out.add(hash); },
    optIn: ({ hash }) => { out.delete(hash); },
    optedOutAt: (step, { hash }) =>
      out.has(hash) || AT_GENERATION.has(hash) || (step === 'refresh' && AT_REFRESH.has(hash)),
    count: () => out.size
  };
}
