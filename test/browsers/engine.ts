// What the scenarios need of a browser, whichever engine it has.
import type { EngineName } from '../../scripts/browsers/engines.ts';

/** A cookie as the browser keeps it; `expires` in Unix s, nothing for one that ends with the session. */
export interface Cookie { name: string; value: string; path: string; expires?: number; sameSite?: string }

export interface Tab {
  /** Loads a page to its end. */
  goto(url: string): Promise<void>;
  /** Runs the body of an async function in the page, and gives what it returns. Rejects if the page is left. */
  run<T>(body: string): Promise<T>;
  close(): Promise<void>;
}

/** One reader's browser, with storage of its own. */
export interface Browsing {
  tab(): Promise<Tab>;
  cookies(): Promise<Cookie[]>;
  end(): Promise<void>;
}

/** What is special about a reader's browser. */
export type Kind = 'usual' | 'private' | 'blocked';

export interface Engine {
  begin(kind?: Kind): Promise<Browsing>;
  close(): Promise<void>;
}

/** The engine that this run is for. */
export const engineName = (process.env.ENGINE || 'chromium') as EngineName;

/** Starts it. */
export async function startEngine(): Promise<Engine> {
  if (engineName === 'webkit') return (await import('./webkit.ts')).startWebKit();
  return (await import('./puppeteer.ts')).startPuppeteer(engineName);
}
