// Refreshing, as browsers and servers do it.
import { Answer, Ask, clientError, ERROR_REFRESHING, EXPIRED_TOKEN, INVALID_TOKEN } from './answers.js';
import { toBase64 } from './bytes.js';
import { seal } from './seal.js';
import type { Unwrapped } from './tokens.js';
import { issueFor, World } from './world.js';

async function refresh(world: World, ask: Ask, token: string, version: 1 | 2): Promise<Answer> {
  // An API key that nobody knows makes an anonymous caller, not a refused one.
  const refuse = (detailed: Answer) => (ask.bearer === world.keys.apiKey ? detailed : ERROR_REFRESHING);
  let unwrapped: Unwrapped;
  try {
    unwrapped = await world.tokens.unwrap(token);
  } catch (error) {
    return clientError((error as Error).message);
  }
  const told = await world.tokens.readRefresh(unwrapped.token);
  if (!told) return refuse(INVALID_TOKEN);
  if (world.clock() >= told.expires) return refuse(EXPIRED_TOKEN);
  const answer = await issueFor(world, 'refresh', told.person, version);
  const { key } = unwrapped;
  if (version === 1 || !key) return answer;
  return { ...answer, form: ask.binary ? 'binary' : 'text', encrypt: (text) => seal(key, Buffer.from(text)) };
}

// As bytes, a token may also come without its base64.
const tokenIn = ({ binary, body }: Ask): string => {
  const text = body.toString();
  return binary && /[^A-Za-z0-9+/=]/.test(text) ? toBase64(body) : text;
};

/** Answers POST /v2/token/refresh: encrypted under the key that the refresh token carries. A token of API v1 carries none. */
export const refreshV2 = (world: World, ask: Ask): Promise<Answer> => refresh(world, ask, tokenIn(ask), 2);

/** Answers GET /v1/token/refresh: always plain. */
export async function refreshV1(world: World, ask: Ask): Promise<Answer> {
  const token = ask.query('refresh_token');
  return token ? refresh(world, ask, token, 1) : clientError('Required Parameter Missing: refresh_token');
}
