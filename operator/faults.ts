// Faults on demand: which there are, how they are read, and which one a request meets.
import { isRecord } from './bytes.js';

export const FAULT_ENDPOINTS = ['refresh', 'generate', 'client-generate', '*'] as const;
export type FaultEndpoint = typeof FAULT_ENDPOINTS[number];

const PLAIN_KINDS = ['hang', 'close', 'truncated', 'garbage', 'notBase64', 'wrongKey', 'plainJson', 'badJson', 'optout'] as const;
export const FAULT_KINDS = ['status', 'missingFields', 'huge', ...PLAIN_KINDS] as const;

export type FaultKind =
  | { kind?: undefined }
  | { kind: 'status'; status: number; body?: string; contentType?: string }
  | { kind: 'missingFields'; fields: string[] }
  | { kind: 'huge'; /** Length of the answer in bytes, 10 MB by default. */ bytes?: number }
  | { kind: typeof PLAIN_KINDS[number] };

/** What goes wrong: where, how often, after how long (ms), and how. Without a kind only the time is lost. */
export type Fault = FaultKind & {
  /** Default '*'. */
  endpoint?: FaultEndpoint;
  /** For so many requests; by default until it is cleared. */
  times?: number;
  /** ms before the answer. */
  latency?: number;
  /** ms before the answer to a CORS preflight. */
  latencyPreflight?: number;
};

const FIELDS = ['status', 'body', 'advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires', 'refresh_response_key'];

interface Rule { test(value: unknown): boolean; want: string; needed?: boolean }

const whole = (from: number, to: number): Rule => ({
  test: (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  want: `a whole number from ${from} to ${to}`
});
const oneOf = (names: readonly string[]): Rule => ({
  test: (value) => typeof value === 'string' && names.includes(value),
  want: `one of ${names.join(', ')}`
});
const TEXT: Rule = { test: (value) => typeof value === 'string', want: 'a string' };
const HEADER: Rule = { test: (value) => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value), want: 'a content type' };
const FIELD_LIST: Rule = {
  test: (value) => Array.isArray(value) && value.length > 0 && value.every((name) => FIELDS.includes(name)),
  want: `a list of ${FIELDS.join(', ')}`
};
const TEN_MINUTES = 600_000;

const COMMON: Record<string, Rule> = {
  kind: oneOf(FAULT_KINDS),
  endpoint: oneOf(FAULT_ENDPOINTS),
  times: whole(1, 1_000_000),
  latency: whole(0, TEN_MINUTES),
  latencyPreflight: whole(0, TEN_MINUTES)
};
const OF_KIND: Record<string, Record<string, Rule>> = {
  status: { status: { ...whole(200, 599), needed: true }, body: TEXT, contentType: HEADER },
  missingFields: { fields: { ...FIELD_LIST, needed: true } },
  huge: { bytes: whole(1, 20_000_000) }
};

/** A fault out of anything; throws an Error of one line that says what is wrong with it. */
export function parseFault(input: unknown): Fault {
  if (!isRecord(input)) throw new Error('fault: give an object such as {"kind":"status","status":500}');
  const rules: Record<string, Rule> = { ...COMMON, ...OF_KIND[String(input.kind)] };
  for (const name of Object.keys(input)) {
    if (!Object.hasOwn(rules, name)) throw new Error(`fault: unknown field ${JSON.stringify(name.slice(0, 40))}; known here: ${Object.keys(rules).join(', ')}`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (input[name] === undefined ? rule.needed : !rule.test(input[name])) throw new Error(`fault: ${name} must be ${rule.want}`);
  }
  if (input.kind === undefined && input.latency === undefined && input.latencyPreflight === undefined) {
    throw new Error(`fault: give a kind (${FAULT_KINDS.join(', ')}), a latency or a latencyPreflight`);
  }
  return input as Fault;
}

export interface Faults {
  /** Throws an Error of one line if too many are waiting. */
  add(fault: Fault): void;
  clear(): void;
  /** The faults still in force, with the times left. */
  list(): Fault[];
  /** The fault that a request at this endpoint would meet, left in force: for preflights. */
  peek(endpoint: FaultEndpoint): Fault | undefined;
  /** The fault that a request at this endpoint meets, counted. */
  take(endpoint: FaultEndpoint): Fault | undefined;
}

/** So many counted faults may wait for their requests. */
const MOST = 100;

/** No faults yet. Counted ones come first, in the order given; after them the newest of the lasting ones. */
export function faults(): Faults {
  let counted: (Fault & { times: number })[] = [];
  let lasting: Fault[] = [];
  const at = (endpoint: FaultEndpoint) => ({ endpoint: where = '*' }: Fault) => where === '*' || where === endpoint;
  // One that no request can meet any more.
  const isHiddenBy = (newer: Fault) => (fault: Fault) => at(fault.endpoint ?? '*')(newer);
  const peek = (endpoint: FaultEndpoint) => counted.find(at(endpoint)) ?? lasting.find(at(endpoint));
  return {
    add(fault) {
      const { times } = fault;
      if (times === undefined) lasting = [{ ...fault }, ...lasting.filter((older) => !isHiddenBy(fault)(older))];
      else if (counted.length < MOST) counted = [...counted, { ...fault, times }];
      else throw new Error(`fault: ${MOST} are waiting for their requests; clear them first`);
    },
    clear() {
      counted = [];
      lasting = [];
    },
    list: () => [...counted, ...lasting].map((fault) => ({ ...fault })),
    peek,
    take(endpoint) {
      const met = peek(endpoint);
      counted = counted
        .map((fault) => (fault === met ? { ...fault, times: fault.times - 1 } : fault))
        .filter(({ times }) => times > 0);
      return met;
    }
  };
}
