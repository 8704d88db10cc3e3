// How the operator can be broken from the page.
import { ON_CLIENT } from './login.js';
import type { Mode } from './sessions.js';

const GENERATING = ['does not know this domain (403)', 'generates no tokens (500)'];

/** Each fault by its name, as the operator's /admin takes it. */
export const FAULTS: Record<string, object> = {
  'does not know this domain (403)': { endpoint: 'client-generate', kind: 'status', status: 403 },
  'generates no tokens (500)': { endpoint: 'client-generate', kind: 'status', status: 500 },
  'answers 500': { endpoint: 'refresh', kind: 'status', status: 500 },
  'is unavailable (503, HTML)': {
    endpoint: 'refresh', kind: 'status', status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html'
  },
  'never answers': { endpoint: 'refresh', kind: 'hang' },
  'drops the connection': { endpoint: 'refresh', kind: 'close' },
  'answers garbage': { endpoint: 'refresh', kind: 'garbage' },
  'takes two seconds': { latency: 2000 },
  'fails at everything, login too': { kind: 'status', status: 500 }
};

/** The fault with this name, or undefined. */
export const faultOf = (name: unknown): string | undefined => typeof name === 'string' && Object.hasOwn(FAULTS, name) ? name : undefined;

/** The names of the faults that a page can choose from. */
export const faultNames = (mode: Mode): string[] => Object.keys(FAULTS).filter((name) => ON_CLIENT.includes(mode) || !GENERATING.includes(name));
