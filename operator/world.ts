// What all endpoints share.
import { Answer, clientError } from './answers.js';
import type { Keys } from './keys.js';
import type { Lifetimes } from './lifetimes.js';
import { DII_FIELDS, Person, personOf } from './normalize.js';
import type { People } from './people.js';
import type { Tokens } from './tokens.js';

export interface World {
  keys: Keys;
  tokens: Tokens;
  people: People;
  /** Registrable domains whose pages may generate tokens. */
  domains: string[];
  /** Whether pages count that are on no public name: see origins.ts. */
  localOrigins: boolean;
  /** Names of apps that may generate tokens. */
  apps: string[];
  lifetimes(): Lifetimes;
  /** Unix ms by which tokens are issued and expire; the admin can move it. */
  clock(): number;
  /** Unix ms of the real time, by which requests are too old: moving the clock must not lock out everybody. */
  now(): number;
}

const MISSING = clientError(`Required Parameter Missing: exactly one of [${DII_FIELDS.join(', ')}] must be specified`);
const INVALID = clientError('Invalid Identifier');

/** The answer to a generation for whoever `input` names: an identity, optout, or 400. */
export async function generateFor(world: World, input: Record<string, unknown>, version: 1 | 2): Promise<Answer> {
  const person = personOf(input);
  if (person === 'missing') return MISSING;
  return person === 'invalid' ? INVALID : issueFor(world, 'generate', person, version);
}

/** A new identity for a person, or optout. */
export async function issueFor(world: World, step: 'generate' | 'refresh', person: Person, version: 1 | 2): Promise<Answer> {
  if (world.people.optedOutAt(step, person)) return { status: 200, content: { status: 'optout' } };
  const identity = await world.tokens.issue(person, world.clock(), world.lifetimes(), version);
  return { status: 200, content: { status: 'success', body: identity } };
}
