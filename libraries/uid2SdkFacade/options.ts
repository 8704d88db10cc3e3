import type { Uid2InitOptions } from './sdkTypes.js';

/** Options that later pages of the site begin with. */
export type Options = Pick<Uid2InitOptions,
  'baseUrl' | 'refreshRetryPeriod' | 'cookieDomain' | 'cookiePath' | 'useCookie'>;

/** No other option is ever stored. */
const TYPES: Record<keyof Options, string> = {
  baseUrl: 'string',
  refreshRetryPeriod: 'number',
  cookieDomain: 'string',
  cookiePath: 'string',
  useCookie: 'boolean',
};

const SHORTEST_PERIOD_MS = 1000;

/** What is null is not given, but UID2's SDK takes no period of null either. */
const isGiven = (name: string, value: unknown) =>
  value !== undefined && (value !== null || name === 'refreshRetryPeriod');

const typeOf = (value: unknown): string => typeof value;

/** The options that are kept. A TypeError for what cannot be one; a RangeError for a period that is too short. */
export function optionsIn(given: Uid2InitOptions): Options {
  if (given !== Object(given)) throw TypeError('UID2: init takes an object');
  const { callback, refreshRetryPeriod: period = SHORTEST_PERIOD_MS, cookiePath } = given;
  if (callback !== undefined && typeof callback !== 'function') throw TypeError('UID2: callback is no function');
  const known = Object.entries(TYPES).filter(([name]) => isGiven(name, given[name as keyof Options]));
  const wrong = known.find(([name, type]) => typeOf(given[name as keyof Options]) !== type);
  if (wrong) throw TypeError(`UID2: ${wrong[0]} is no ${wrong[1]}`);
  if (cookiePath && !/^\/[^;]*$/.test(cookiePath)) throw TypeError('UID2: cookiePath is no path');
  if (!(period >= SHORTEST_PERIOD_MS)) throw RangeError('UID2: refreshRetryPeriod is under 1000 ms');
  return Object.fromEntries(known.map(([name]) => [name, given[name as keyof Options]]));
}
