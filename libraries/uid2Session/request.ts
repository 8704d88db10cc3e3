import { diiIn } from './dii.js';
import { generate } from './generate.js';
import { refresh, type Fetch, type Operator } from './operator.js';
import type { Params } from './params.js';
import type { Need, Outcome } from './types.js';

const PRODUCTION = 'https://prod.uidapi.com';

/** How an operator is reached, and how long auctions wait, ms. */
export type Reach = { fetch: Fetch; client: string; now(): number; auctionDelay(): number };

/** Asks the operator that the params name, for what is needed; never rejects. */
export async function requestFor(params: Params, need: Need, signal: AbortSignal, reach: Reach): Promise<Outcome> {
  const { uid2ApiBase, uid2ApiVersion } = params;
  const base = typeof uid2ApiBase === 'string' ? uid2ApiBase : PRODUCTION;
  const operator: Operator = {
    fetch: reach.fetch, client: reach.client, base: base.replace(/\/+$/, ''), isV1: uid2ApiVersion === 1,
  };
  if (need.identity) return refresh(operator, need.identity, signal);
  return FEATURES.UID2_CSTG ? generateFor(params, operator, signal, reach.now()) : { failure: { kind: 'key' } };
}

async function generateFor(params: Params, operator: Operator, signal: AbortSignal, now: number): Promise<Outcome> {
  const { serverPublicKey = '', subscriptionId = '' } = params;
  const { dii } = diiIn(params);
  return dii ? generate(operator, { dii, serverPublicKey, subscriptionId, now }, signal) : { failure: { kind: 'key' } };
}

/** Calls `onSlow` if the outcome takes longer than auctions wait. */
export async function timed<T>(outcome: Promise<T>, delay: number, onSlow: () => void): Promise<T> {
  const timer = delay > 0 ? setTimeout(onSlow, delay) : undefined;
  return outcome.finally(() => clearTimeout(timer));
}
