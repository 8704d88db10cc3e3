// Names of this machine, and what a request from elsewhere looks like.

/** Whether a host without its port is this machine's: localhost, below it, 127.x.x.x or [::1]. */
export const isLoopback = (host: string): boolean =>
  /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?$/i.test(host);

/** The host of an origin such as http://localhost:3000, or nothing if it is none. */
export const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).hostname || undefined : undefined;

/** The host of a Host header, without its port. */
const nameIn = (header = ''): string | undefined => (/^[^@/?#\\]+$/.test(header) ? hostOf(`http://${header}`) : undefined);

/**
 * Whether a request was meant for this server: a page of another site can have its own name resolved to 127.0.0.1
 * (DNS rebinding), and then its requests carry that name.
 */
export function isForUs(header: string | undefined, hosts: readonly string[]): boolean {
  const name = nameIn(header);
  return name !== undefined && (isLoopback(name) || hosts.includes(name));
}
