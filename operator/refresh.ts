// Refreshing, as browsers and servers do it.
import { Answer, Ask, clientError, ERROR_REFRESHING, EXPIRED_TOKEN, INVALID_TOKEN, UNAUTHORIZED } from './answers.js';
import { toBase64 } from './bytes.js';
import { seal } from './seal.js';
import { issueFor, World } from './world.js';

async function refresh(world: World, ask: Ask, token: string, api: 1 | 2): Promise<Answer> {
  if (ask.bearer !== undefined && ask.bearer !== world.keys.apiKey) return UNAUTHORIZED;
  const refuse = (detailed: Answer) => (ask.bearer ? detailed : ERROR_REFRESHING);
  if (!token) return clientError('Required Parameter Missing: refresh_token');
  const told = await world.tokens.readRefresh(token);
  if (!told) return refuse(INVALID_TOKEN);
  if (world.clock() >= told.expires) return refuse(EXPIRED_TOKEN);
  // An identity of API v1 has no key and stays one, whichever endpoint it comes to.
  const key = api === 2 ? told.key : undefined;
  const answer = await issueFor(world, 'refresh', told.person, key ? 2 : 1);
  return key ? { ...answer, wrap: async (text) => toBase64(await seal(key, Buffer.from(text))) } : answer;
}

/** Answers POST /v2/token/refresh: encrypted under the key that the refresh token carries. */
export const refreshV2 = (world: World, ask: Ask): Promise<Answer> => refresh(world, ask, ask.body, 2);

/** Answers GET /v1/token/refresh: always plain. */
export const refreshV1 = (world: World, ask: Ask): Promise<Answer> =>
  refresh(world, ask, ask.query('refresh_token') ?? '', 1);
