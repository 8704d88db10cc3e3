import { diiIn, type DiiParams } from '../uid2Session/dii.js';
import { abortNaming, awaitOutcome, unlessAborted } from './promises.js';
import { announce, renewIfOpen } from './tell.js';
import type { Facade } from './facade.js';
import { passOn } from './passOn.js';
import type { FromText } from './sdkTypes.js';

/** `setIdentityFromEmail` and its like: a token made in the page. `noun` is what UID2's SDK calls the `param`. */
export const from = (facade: Facade, param: keyof DiiParams, noun: string): FromText => async (value, account) => {
  if (!facade.life.isInit) throw Error('UID2: call init first');
  if (!FEATURES.UID2_CSTG) throw TypeError('UID2: built without UID2_CSTG');
  const { serverPublicKey, subscriptionId } = account;
  const reader = { serverPublicKey, subscriptionId, [param]: value };
  const { dii, flaw = `invalid ${param}` } = diiIn(reader);
  if (!dii) throw flaw === `invalid ${param}` ? Error(`Invalid ${noun}`) : TypeError(`UID2: ${flaw}`);
  abortNaming(facade);
  await unlessAborted(facade.namingWaits, () => nameAndWait(facade, reader));
};

async function nameAndWait(facade: Facade, reader: DiiParams): Promise<void> {
  const { told } = facade.life;
  passOn(facade, reader);
  // at once: who waits for a token would else hear that nobody is asked for one
  renewIfOpen(facade);
  await awaitOutcome(facade, reader);
  // known already: nothing has changed, and a page may wait for the event
  if (facade.life.told === told) announce(facade);
}
