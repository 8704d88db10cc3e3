import { asEmail, asHash, asPhone, diiIn, type DiiParams } from '../uid2Session/dii.js';
import { abortNaming, awaitOutcome, unlessAborted } from './promises.js';
import { announce, renewIfOpen } from './tell.js';
import type { Facade } from './facade.js';
import { passOn } from './passOn.js';
import type { FromText, Uid2Cstg, Uid2Sdk } from './sdkTypes.js';

type Method = { param: keyof DiiParams; noun: string; normalized(value: string): string };

const METHODS = {
  setIdentityFromEmail: { param: 'email', noun: 'email address', normalized: asEmail },
  setIdentityFromEmailHash: { param: 'emailHash', noun: 'hash', normalized: asHash },
  setIdentityFromPhone: { param: 'phone', noun: 'phone number', normalized: asPhone },
  setIdentityFromPhoneHash: { param: 'phoneHash', noun: 'hash', normalized: asHash },
} satisfies Record<string, Method>;

/** The reader's address or number with the account; throws what the promise is to reject with. */
function checkedReader(facade: Facade, method: Method, value: unknown, account: Uid2Cstg): DiiParams {
  const { param, noun, normalized } = method;
  if (!facade.life.isInit) throw Error('UID2: call init first');
  if (!FEATURES.UID2_CSTG) throw TypeError('UID2: built without UID2_CSTG');
  if (typeof value !== 'string' || !normalized(value)) throw Error(`Invalid ${noun}`);
  const { serverPublicKey, subscriptionId } = account;
  const person = { serverPublicKey, subscriptionId, [param]: value };
  const { flaw } = diiIn(person);
  if (flaw) throw TypeError(`UID2: ${flaw}`);
  return person;
}

const from = (facade: Facade, kind: Method): FromText => async (value, account) => {
  const reader = checkedReader(facade, kind, value, account);
  abortNaming(facade);
  await unlessAborted(facade.life.naming, () => nameAndWait(facade, reader));
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

/** `setIdentityFromEmail` and its like: a token made in the page. */
export const methodsFrom = (facade: Facade): Pick<Uid2Sdk, keyof typeof METHODS> => ({
  setIdentityFromEmail: from(facade, METHODS.setIdentityFromEmail),
  setIdentityFromEmailHash: from(facade, METHODS.setIdentityFromEmailHash),
  setIdentityFromPhone: from(facade, METHODS.setIdentityFromPhone),
  setIdentityFromPhoneHash: from(facade, METHODS.setIdentityFromPhoneHash),
});
