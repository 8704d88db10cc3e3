// The command uid2-operator.
import { Command, InvalidArgumentError } from 'commander';
import colors from 'picocolors';
import { Operator, OperatorOptions, startOperator } from './index.js';
import { duration, FAST, Lifetimes, parseDuration, parseLifetimes, PRODUCTION } from './lifetimes.js';

interface Flags extends Partial<Lifetimes> {
  port: number;
  fast?: boolean;
  seed?: string;
  domain?: string[];
  appName?: string[];
  host?: string[];
  v1: boolean;
  admin: boolean;
  localOrigins: boolean;
  showKeys?: boolean;
  quiet?: boolean;
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65535) return value;
  throw new InvalidArgumentError('Give a number from 0 (a free one) to 65535.');
}

function domain(text: string, others: string[] = []): string[] {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text)) return [...others, text.toLowerCase()];
  throw new InvalidArgumentError('Give a domain such as example.com, without scheme or port.');
}

function seed(text: string): string {
  if (text) return text;
  throw new InvalidArgumentError('Give a text that nobody can guess: it stands for all keys.');
}

const each = (text: string, others: string[] = []): string[] => [...others, text];

function ms(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

const FOOTER = `
Endpoints: POST /v2/token/generate, /v2/token/refresh, /v2/token/client-generate;
           GET /v1/token/generate, /v1/token/refresh; GET /ops/healthcheck.
           They answer as the open-source operator 5.70 does, but for this:
           API v1, which production has retired, is there for private operators that
           still speak it; --no-v1 leaves it out. Pages on 127.0.0.1 or on a name
           such as news.test may generate tokens if they are on the list, so that a
           site can be tried on this machine; --no-local-origins refuses them.
Admin:     GET /admin; POST and DELETE /admin/optout, /admin/fault; GET and DELETE
           /admin/requests; POST /admin/clock, /admin/lifetimes. JSON in and out.
           For programs and pages of this machine only; --no-admin leaves it out.
Example:   uid2-operator --fast --port 8080
           curl -d '{"kind":"status","status":503,"times":3}' localhost:8080/admin/fault
           a token by hand, with the API key that --show-keys prints:
           curl -H 'Authorization: Bearer <key>' 'localhost:8080/v1/token/generate?email=reader@example.com'`;

const command = new Command('uid2-operator')
  .description('A UID2 operator on this machine: real tokens, real cryptography, faults on demand.')
  .option('-p, --port <number>', 'port on 127.0.0.1; 0 takes a free one', port, 8080)
  .option('-f, --fast', 'tokens that live for seconds: refresh after 15 s, expired after 30 s, dead after 10 min')
  .option('--refresh-from <duration>', 'refresh a token after this time (default 1 h)', ms)
  .option('--identity-expires <duration>', 'a token expires after this time (default 4 h)', ms)
  .option('--refresh-expires <duration>', 'a token can be refreshed for this time (default 30 d)', ms)
  .option('-d, --domain <name>', 'allow pages of this root domain to generate tokens; may be repeated (default: localhost, 127.0.0.1, example.com)', domain)
  .option('-a, --app-name <name>', 'allow the app of this name to generate tokens; may be repeated', each)
  .option('-H, --host <name>', 'answer to this host name too, for a proxy in front; may be repeated (default: localhost and 127.0.0.1 only)', domain)
  .option('-s, --seed <text>', 'derive all keys from this text, so it is as secret as they are: a restart with the same seed knows all keys and tokens (default: new keys)', seed)
  .option('--no-v1', 'leave API v1 out, as production does')
  .option('--no-admin', 'leave /admin out, as production does')
  .option('--no-local-origins', 'refuse pages that are on no public domain, as production does')
  .option('--show-keys', 'print the API key and secret')
  .option('-q, --quiet', 'do not log requests')
  .addHelpText('after', FOOTER);

function optionsOf(flags: Flags): OperatorOptions & { lifetimes: Lifetimes } {
  const { refreshFrom, identityExpires, refreshExpires } = flags;
  const chosen = Object.entries({ refreshFrom, identityExpires, refreshExpires }).filter(([, value]) => value !== undefined);
  return {
    port: flags.port,
    domains: flags.domain,
    apps: flags.appName,
    hosts: flags.host,
    v1: flags.v1,
    admin: flags.admin,
    localOrigins: flags.localOrigins,
    seed: flags.seed,
    lifetimes: parseLifetimes(Object.fromEntries(chosen), flags.fast ? FAST : PRODUCTION),
    log: flags.quiet ? undefined : (line) => console.log(line)
  };
}

function greeting(operator: Operator, lifetimes: Lifetimes, showKeys = false): string {
  const row = (name: string, value: string) => `  ${colors.dim(name.padEnd(16))} ${value}`;
  return [
    `UID2 operator at ${colors.cyan(operator.url)}`,
    row('tokens', `refresh after ${duration(lifetimes.refreshFrom)}, expired after ${duration(lifetimes.identityExpires)}, dead after ${duration(lifetimes.refreshExpires)}`),
    row('subscription', operator.cstg.subscriptionId),
    row('public key', operator.cstg.serverPublicKey),
    row('API key, secret', showKeys ? `${operator.apiKey} ${operator.apiSecret}` : 'not shown; --show-keys prints them'),
    ''
  ].join('\n');
}

function why(error: NodeJS.ErrnoException, flags: Flags): string {
  if (error.code === 'EADDRINUSE') return `port ${flags.port} is taken: stop what runs there or choose another with --port`;
  if (error.code === 'EACCES') return `port ${flags.port} is not allowed for this user: choose one above 1023 with --port`;
  return error.message;
}

async function run(flags: Flags): Promise<void> {
  const options = optionsOf(flags);
  const operator = await startOperator(options);
  console.log(greeting(operator, options.lifetimes, flags.showKeys));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => operator.close());
}

const flags = command.parse().opts<Flags>();
run(flags).catch((error: NodeJS.ErrnoException) => {
  console.error(colors.red(`uid2-operator: ${why(error, flags)}`));
  process.exitCode = 1;
});
