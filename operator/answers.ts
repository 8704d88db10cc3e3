// What an endpoint says, before it is put on the wire.
import type { Identity } from './tokens.js';

export type Content =
  | { status: 'success'; body: Identity }
  | { status: 'optout' }
  | { status: string; message?: string };

/** How encrypted bytes travel: as base64 text, as they are, or as base64 without a content type. */
export type Form = 'text' | 'binary' | 'untyped';

/** An HTTP status, a content, and how its text is encrypted, if it is; `form` is 'text' by default. */
export interface Answer {
  status: number;
  content: Content;
  encrypt?: (text: string) => Promise<Uint8Array>;
  form?: Form;
}

/** What an endpoint is asked; `binary` says that the body calls itself bytes, not text. */
export interface Ask {
  body: Buffer;
  binary: boolean;
  bearer?: string;
  origin?: string;
  query(name: string): string | undefined;
}

const refusal = (httpStatus: number, status: string, message?: string): Answer =>
  ({ status: httpStatus, content: message === undefined ? { status } : { status, message } });

/** 400 client_error with a message. */
export const clientError = (message: string): Answer => refusal(400, 'client_error', message);

/** 401, for a missing or unknown API key. */
export const UNKNOWN_KEY = refusal(401, 'unauthorized');

/** 401, for a subscription whose key is disabled. */
export const DISABLED_KEY = refusal(401, 'unauthorized', 'Unauthorized');

/** 403, for a page whose root domain is not on the account's list. */
export const UNEXPECTED_ORIGIN = refusal(403, 'invalid_http_origin', 'unexpected http origin');

/** 403, for an app that is not on the account's list. */
export const UNEXPECTED_APP = refusal(403, 'invalid_app_name', 'unexpected app name');

/** What a browser hears about a bad or expired refresh token: nothing that would help a thief. */
export const ERROR_REFRESHING = refusal(400, 'error', 'Error refreshing token');

/** 400 for a refresh token of somebody else's making, said to a caller with an API key. */
export const INVALID_TOKEN = refusal(400, 'invalid_token', 'Invalid Token presented');

/** 400 for a refresh token past its time, said to a caller with an API key. */
export const EXPIRED_TOKEN = refusal(400, 'expired_token', 'Expired Token presented');

/** 500 for a request of an unexpected shape: the real operator fails over it. */
export const FAILED_GENERATING = refusal(500, 'unknown', 'Unknown error while handling client side token generate');

/** 500, when the operator itself fails. */
export const UNKNOWN = refusal(500, 'unknown', 'Internal error');
