import { asEmail, asHash, asPhone, diiIn, type DiiParams } from '../uid2Session/dii.js';
import { abortNaming, outcomeOf, unlessAborted } from './promises.js';
import { announce, request } from './tell.js';
import type { Facade } from './facade.js';
import { say } from './say.js';
import type { FromText, Uid2Cstg, Uid2Sdk } from './sdkTypes.js';

type Kind = { param: keyof DiiParams; noun: string; normalized(value: string): string };

const KINDS = {
  setIdentityFromEmail: { param: 'email', noun: 'email address', normalized: asEmail },
  setIdentityFromEmailHash: { param: 'emailHash', noun: 'hash', normalized: asHash },
  setIdentityFromPhone: { param: 'phone', noun: 'phone number', normalized: asPhone },
  setIdentityFromPhoneHash: { param: 'phoneHash', noun: 'hash', normalized: asHash },
} satisfies Record<string, Kind>;

/** The reader's address or number with the account; throws what the promise is to reject with. */
function personIn(facade: Facade, { param, noun, normalized }: Kind, value: unknown, account: Uid2Cstg): DiiParams {
  if (!facade.life.isInit) throw Error('UID2: call init first');
  if (!FEATURES.UID2_CSTG) throw TypeError('UID2: built without UID2_CSTG');
  if (typeof value !== 'string' || !normalized(value)) throw Error(`Invalid ${noun}`);
  const { serverPublicKey, subscriptionId } = account;
  const person = { serverPublicKey, subscriptionId, [param]: value };
  const { flaw } = diiIn(person);
  if (flaw) throw TypeError(`UID2: ${flaw}`);
  return person;
}

const from = (facade: Facade, kind: Kind): FromText => async (value, account) => {
  const reader = personIn(facade, kind, value, account);
  abortNaming(facade);
  await unlessAborted(facade.life.naming, () => named(facade, reader));
};

async function named(facade: Facade, reader: DiiParams): Promise<void> {
  const { told } = facade.life;
  say(facade, reader);
  // at once: who waits for a token would else hear that nobody is asked for one
  request(facade);
  await outcomeOf(facade, reader);
  // known already: nothing has changed, and a page may wait for the event
  if (facade.life.told === told) announce(facade);
}

/** `setIdentityFromEmail` and its like: a token made in the page. */
export const methodsFrom = (facade: Facade): Pick<Uid2Sdk, keyof typeof KINDS> => ({
  setIdentityFromEmail: from(facade, KINDS.setIdentityFromEmail),
  setIdentityFromEmailHash: from(facade, KINDS.setIdentityFromEmailHash),
  setIdentityFromPhone: from(facade, KINDS.setIdentityFromPhone),
  setIdentityFromPhoneHash: from(facade, KINDS.setIdentityFromPhoneHash),
});
