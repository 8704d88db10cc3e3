/** The user as the page names them: the field for the operator, and the normalized value; `hashed` if that is a hash already. */
export type Dii = [field: 'email_hash' | 'phone_hash', value: string, hashed: boolean];

export type DiiParams = { serverPublicKey?: string; subscriptionId?: string; emailHash?: string; phoneHash?: string; email?: string; phone?: string };

// base64 of 32 bytes
const asHash = (value: string) => (/^[A-Za-z\d+/]{42}[AEIMQUYcgkosw048]=$/.test(value) ? value : '');
// E.164, never repaired
export const asPhone = (value: string) => (/^\+\d{10,15}$/.test(value) ? value : '');

/** The e-mail address as UID2 hashes it; empty when it is none. */
export function asEmail(value: string): string {
  const [, name, domain] = /^([^\s@]+)@([^\s@]+)$/.exec(value.trim().toLowerCase()) ?? [];
  const local = domain === 'gmail.com' ? name.replace(/\+.*|\./g, '') : name;
  return local ? `${local}@${domain}` : '';
}

const KINDS = [['emailHash', 'email_hash', asHash], ['phoneHash', 'phone_hash', asHash], ['email', 'email_hash', asEmail], ['phone', 'phone_hash', asPhone]] as const;

/** What is wrong with the params, if anything; and the user they name, if the operator can be asked for one. */
export function diiIn(params: DiiParams): [flaw?: string, dii?: Dii] {
  const { serverPublicKey: key, subscriptionId } = params;
  const named = KINDS.filter(([param]) => params[param]);
  if (!named.length && !key && !subscriptionId) return [];
  if (typeof key !== 'string' || !/^(UID2|EUID)-X-[A-Z]-./.test(key)) return ['invalid serverPublicKey'];
  if (!subscriptionId || typeof subscriptionId !== 'string') return ['invalid subscriptionId'];
  // nobody is logged in
  if (!named.length) return [];
  const [param, field, normalized] = named[0];
  const given: unknown = params[param];
  const value = typeof given === 'string' && normalized(given);
  return value ? [named[1] && 'more than one of emailHash, phoneHash, email, phone', [field, value, normalized === asHash]] : [`invalid ${param}`];
}
