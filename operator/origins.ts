// Which pages may generate tokens themselves: the account's list has registrable domains, and only those compare.
import { parse } from 'tldts';
import { isLoopback } from './loopback.js';

/** The account's list, and whether pages count whose host no public suffix list knows: loopback addresses, news.test. */
export interface List { domains: string[]; localOrigins: boolean }

const SUFFIXES = { allowPrivateDomains: true };
const LOCALHOST = 'localhost';

/** The domain by which a host is on the list or not; none for a host that is never on it. */
function comparable(host: string, localOrigins: boolean): string | undefined {
  const labels = host.split('.');
  // One label before localhost, no more.
  if (labels.at(-1) === LOCALHOST) return labels.length <= 2 ? LOCALHOST : undefined;
  const { domain, isIp, isIcann, isPrivate } = parse(host, SUFFIXES);
  if (isIp) return localOrigins && isLoopback(host) ? host : undefined;
  return isIcann || isPrivate || localOrigins ? domain ?? undefined : undefined;
}

/** Whether the account lets pages of this origin generate tokens. */
export function isOnList({ domains, localOrigins }: List, origin: string | undefined): boolean {
  if (!origin || !URL.canParse(origin)) return false;
  const domain = comparable(new URL(origin).hostname.replace(/\.$/, ''), localOrigins);
  return domain !== undefined && domains.includes(domain);
}
