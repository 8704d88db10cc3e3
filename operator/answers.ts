// What an endpoint says, before it is put on the wire.
import type { Identity } from './tokens.js';

export type Content =
  | { status: 'success'; body: Identity }
  | { status: 'optout' }
  | { status: string; message: string };

/** An HTTP status, a content, and how the content's text is encrypted, if it is. */
export interface Answer { status: number; content: Content; wrap?: (text: string) => Promise<string> }

/** What an endpoint is asked. */
export interface Ask { body: string; bearer?: string; origin?: string; query(name: string): string | undefined }

const refusal = (httpStatus: number, status: string, message: string): Answer =>
  ({ status: httpStatus, content: { status, message } });

/** 400 client_error with a message. */
export const clientError = (message: string): Answer => refusal(400, 'client_error', message);

/** 401, for a missing, unknown or disabled key. */
export const UNAUTHORIZED = refusal(401, 'unauthorized', 'Unauthorized');

/** 403, for a page whose root domain is not on the account's list. */
export const UNEXPECTED_ORIGIN = refusal(403, 'invalid_http_origin', 'unexpected http origin');

/** What a browser hears about a bad or expired refresh token: nothing that would help a thief. */
export const ERROR_REFRESHING = refusal(400, 'error', 'Error refreshing token');

/** 400 for a refresh token of somebody else's making, said to a caller with an API key. */
export const INVALID_TOKEN = refusal(400, 'invalid_token', 'Invalid Token presented');

/** 400 for a refresh token past its time, said to a caller with an API key. */
export const EXPIRED_TOKEN = refusal(400, 'expired_token', 'Expired Token presented');

/** 500, when the operator itself fails. */
export const UNKNOWN = refusal(500, 'unknown', 'Internal error');
