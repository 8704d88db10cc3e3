// Core files of Prebid that ship no types: what our modules and tests use of them.

declare module '*src/utils.js' {
  type Log = (...args: unknown[]) => void;
  export const logMessage: Log;
  export const logInfo: Log;
  export const logWarn: Log;
  export const logError: Log;
  export function cyrb53Hash(text: string, seed?: number): string;
  export function deepAccess(object: unknown, path: string | string[], fallback?: unknown): unknown;
  export function deepClone<T>(value: T): T;
  export function deepEqual(a: unknown, b: unknown, options?: { checkTypes?: boolean }): boolean;
  export function deepSetValue(object: object, path: string, value: unknown): void;
  export function generateUUID(): string;
  export function isEmpty(value: unknown): boolean;
  export function isNumber(value: unknown): value is number;
  export function isPlainObject(value: unknown): value is Record<string, unknown>;
  export function isStr(value: unknown): value is string;
  export function mergeDeep<T extends object>(target: T, ...sources: object[]): T;
  export function timestamp(): number;
}

declare module '*userId/eids.js' {
  type Eid = { source: string; uids: { id: string; atype?: number; ext?: Record<string, unknown> }[] };
  export const EID_CONFIG: Map<string, object>;
  export function createEidsArray(ids: Record<string, unknown>, configs?: Map<string, object>): Eid[];
}

declare module '*uid2Eids/uid2Eids.js' {
  export const UID2_EIDS: { uid2: { source: string; atype: number; getValue(data: { id: string }): string } };
}

declare module '*activities/activityParams.js' {
  export function activityParams(type: string, name: string, params?: object): object;
}

declare module '*activities/rules.js' {
  export function isActivityAllowed(activity: string, params: object): boolean;
  export function registerActivityControl(activity: string, name: string, rule: (params: Record<string, unknown>) => { allow: boolean } | undefined, priority?: number): () => void;
}
