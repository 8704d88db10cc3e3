import type { Params } from './params.js';
import type { Claim } from './types.js';

/** Since when (Unix ms) the page has named this reader, and whether a logout that we heard of has ended that. */
export type Early = { name: string; object?: Params; at: number; isOver: boolean };

/** Remembers whom the page names before we look. */
export function createEarly() {
  let early: Early | undefined;
  return {
    /** The page may have said something; an address in another object is named anew. */
    notice({ claim: { kind, name }, object, at }: { claim: Claim; object?: Params; at: number }) {
      const isSame = name === early?.name && (kind !== 'dii' || object === early?.object);
      // params that cannot work are no login
      const isLogin = name && kind !== 'unusable';
      if (!isSame) early = isLogin ? { name, object, at, isOver: false } : undefined;
    },
    /** Whoever was named before this moment, Unix ms, has left. */
    logoutHeard(since: number) { if (early && early.at < since) early = { ...early, isOver: true }; },
    isOver: () => early?.isOver === true,
    /** What is remembered of this claim. If it names nobody, an entry that does not count yet may name them again. */
    take({ kind, name }: Claim): Early | undefined {
      const known = early;
      if (kind !== 'nobody') early = undefined;
      return name === known?.name ? known : undefined;
    },
  };
}
