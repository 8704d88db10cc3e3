// Readers whom a page names by an address or phone number, for client-side generation.
import './console';
import { expect } from 'chai';
import { cyrb53Hash } from 'src/utils.js';
import { stored } from './browser';
import { cstg, fault, forgetRequests } from './operator';
import { idOf, openPage } from './page';

export const EMAIL = 'user@example.com';
export const OTHER = 'other@example.com';
export const PHONE = '+12345678901';
/** The operator has an opt-out of this reader. */
export const OPTED_OUT = 'optout@example.com';
/** The operator makes a token for this reader, and answers its refresh with an opt-out. */
export const OPTS_OUT_LATER = 'refresh-optout@example.com';
const EMAIL_HASH = 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=';
export const PHONE_HASH = 'EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4=';
export const KINDS = { email: EMAIL, phone: PHONE, emailHash: EMAIL_HASH, phoneHash: PHONE_HASH };

/** What must never be logged, stored or sent as it is. */
export const SECRETS = [...Object.values(KINDS), OTHER, OPTED_OUT, cstg.serverPublicKey, cstg.serverPublicKey.slice(9)];

export const by = (email: string) => ({ ...cstg, email });
export const USER = by(EMAIL);

/** A fault of generation; refreshes go on. */
export const failing = (spec: Parameters<typeof fault>[0]) => fault({ endpoint: 'client-generate', ...spec });

/** The stored record is of the reader with this normalized value. */
export function expectOwner(value: string, where?: 'cookie') {
  const { identity: hash, salt } = stored(where)!.originalIdentity!;
  expect(hash).to.equal(cyrb53Hash(value, salt));
}

/** A page after its first token; the operator has been asked nothing since. */
export async function generated(params: object = USER) {
  const page = openPage();
  await page.ask(params).done;
  const id = idOf(page)!;
  expect(id).to.be.a('string');
  await forgetRequests();
  return { page, id };
}

/** A public key of the right form that is no point of the curve. */
export function keyOffTheCurve() {
  const bytes = Uint8Array.from(atob(cstg.serverPublicKey.slice(9)), (char) => char.charCodeAt(0));
  bytes[90] ^= 1;
  return `UID2-X-L-${btoa(String.fromCharCode(...bytes))}`;
}

/** The record of a reader as Prebid's own module writes it. */
export const prebidsRecord = (email: string, record: object) =>
  ({ ...record, originalIdentity: { identity: cyrb53Hash(email, 7), salt: 7 } });
