// Generation by the publisher's server: /v2/token/generate (an envelope each way), /v1/token/generate (plain).
import { Answer, Ask, clientError, UNAUTHORIZED } from './answers.js';
import { fromJson, isRecord } from './bytes.js';
import { Letter, readRequest, writeAnswer } from './envelope.js';
import { DII_FIELDS } from './normalize.js';
import { generateFor, World } from './world.js';

/** Answers POST /v2/token/generate. */
export async function generateV2(world: World, ask: Ask): Promise<Answer> {
  if (ask.bearer !== world.keys.apiKey) return UNAUTHORIZED;
  const key = world.keys.clientSecret;
  let letter: Letter;
  try {
    letter = await readRequest(key, world.now(), ask.body);
  } catch (error) {
    return clientError((error as Error).message);
  }
  const input = fromJson(letter.text);
  if (!isRecord(input)) return clientError('Invalid payload in body: Data is not valid json string.');
  const answer = await generateFor(world, input, 2);
  // Refusals are never encrypted.
  return answer.status === 200
    ? { ...answer, wrap: (text) => writeAnswer(key, world.now(), letter.nonce, text) }
    : answer;
}

/** Answers GET /v1/token/generate. */
export async function generateV1(world: World, ask: Ask): Promise<Answer> {
  if (ask.bearer !== world.keys.apiKey) return UNAUTHORIZED;
  return generateFor(world, Object.fromEntries(DII_FIELDS.map((field) => [field, ask.query(field)])), 1);
}
