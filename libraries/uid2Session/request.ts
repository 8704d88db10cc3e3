import { diiIn } from './dii.js';
import { generation } from './generate.js';
import { refresh, type Fetch, type Operator, type Send } from './operator.js';
import type { Params } from './params.js';
import type { TimedSend } from './env.js';
import type { Need } from './types.js';

const PRODUCTION = 'https://prod.uidapi.com';

/** How an operator is reached, and how long auctions wait, ms. */
export type Reach = { fetch: Fetch; client: string; now(): number; auctionDelay(): number };

/** What asks the operator that the params name, for what is needed; it never rejects. */
export function sendingOf(params: Params, need: Need, reach: Reach): Send {
  const { uid2ApiBase, uid2ApiVersion } = params;
  const base = typeof uid2ApiBase === 'string' ? uid2ApiBase : PRODUCTION;
  const operator: Operator = {
    fetch: reach.fetch, client: reach.client, base: base.replace(/\/+$/, ''), isV1: uid2ApiVersion === 1,
  };
  const { identity } = need;
  if (identity) return (flight) => refresh(operator, identity, flight);
  return FEATURES.UID2_CSTG ? generationOf(params, operator, reach.now()) : noKey;
}

function generationOf(params: Params, operator: Operator, now: number): Send {
  const { serverPublicKey = '', subscriptionId = '' } = params;
  const { dii } = diiIn(params);
  return dii ? generation(operator, { dii, serverPublicKey, subscriptionId, now }) : noKey;
}

const noKey: Send = async () => ({ failure: { kind: 'key' } });

/** The same, with `onSlow` called if the outcome takes longer than auctions wait (ms). */
export const timedSend = (send: Send, delay: number): TimedSend => (flight, onSlow) => {
  const timer = delay > 0 ? setTimeout(onSlow, delay) : undefined;
  return send(flight).finally(() => clearTimeout(timer));
};
