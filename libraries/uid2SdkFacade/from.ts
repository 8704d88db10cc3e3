import { asEmail, asHash, asPhone, diiIn, type DiiParams } from '../uid2Session/dii.js';
import { abort, outcomeOf, unlessAborted } from './promises.js';
import { say, type Facade } from './facade.js';
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
  abort(facade);
  await unlessAborted(facade, () => named(facade, reader));
};

async function named(facade: Facade, reader: DiiParams): Promise<void> {
  say(facade, { said: facade.door.page.given().said, reader });
  await outcomeOf(facade, reader);
}

/** `setIdentityFromEmail` and its like: a token made in the page. */
export const methodsFrom = (facade: Facade): Pick<Uid2Sdk, keyof typeof KINDS> => ({
  setIdentityFromEmail: from(facade, KINDS.setIdentityFromEmail),
  setIdentityFromEmailHash: from(facade, KINDS.setIdentityFromEmailHash),
  setIdentityFromPhone: from(facade, KINDS.setIdentityFromPhone),
  setIdentityFromPhoneHash: from(facade, KINDS.setIdentityFromPhoneHash),
});
