// How long tokens live, in ms after issue.
import { isRecord } from './bytes.js';

export interface Lifetimes { refreshFrom: number; identityExpires: number; refreshExpires: number }

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const PRODUCTION: Lifetimes = { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 30 * DAY };
export const FAST: Lifetimes = { refreshFrom: 15 * SECOND, identityExpires: 30 * SECOND, refreshExpires: 10 * MINUTE };

/** Lifetimes in ms, those not given taken from `base`; throws an Error of one line if they are no numbers or out of order. */
export function parseLifetimes(input: unknown, base: Lifetimes): Lifetimes {
  if (!isRecord(input)) throw new Error('lifetimes: give an object of refreshFrom, identityExpires, refreshExpires in ms');
  const unknown = Object.keys(input).find((name) => !(name in base));
  if (unknown !== undefined) throw new Error('lifetimes: only refreshFrom, identityExpires, refreshExpires are known');
  const merged: Record<keyof Lifetimes, unknown> = { ...base, ...input };
  for (const [name, value] of Object.entries(merged)) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`lifetimes: ${name} must be a whole number of ms`);
  }
  const lifetimes = merged as Lifetimes;
  // Negative ones are welcome: they issue tokens that are stale or expired already.
  if (lifetimes.refreshFrom > lifetimes.identityExpires || lifetimes.identityExpires > lifetimes.refreshExpires) {
    throw new Error('lifetimes: refreshFrom <= identityExpires <= refreshExpires must hold');
  }
  return lifetimes;
}

const UNITS: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** ms of a text such as 500ms, 15s, 10m, 4h, 30d or a plain number of ms; throws an Error of one line. */
export function parseDuration(text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)?$/.exec(text);
  const ms = match ? Number(match[1]) * UNITS[match[2] ?? 'ms'] : NaN;
  if (!Number.isSafeInteger(ms)) throw new Error('give a duration such as 15s, 10m, 4h, 30d, or a number of ms');
  return ms;
}

/** A duration in ms as a person writes it: 15 s, 4 h, 30 d. */
export function duration(ms: number): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => ms >= UNITS[name] && ms % UNITS[name] === 0) ?? 'ms';
  return `${ms / UNITS[unit]} ${unit === 'm' ? 'min' : unit}`;
}
