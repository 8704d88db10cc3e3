// Generation by the publisher's server: /v2/token/generate (an envelope each way), /v1/token/generate (plain).
import { Answer, Ask, clientError, UNKNOWN_KEY } from './answers.js';
import { fromJson, isRecord } from './bytes.js';
import { Opened, readRequest, writeAnswer } from './envelope.js';
import { DII_FIELDS } from './normalize.js';
import { generateFor, World } from './world.js';

// An envelope may carry nothing beside its time and nonce.
const inputIn = ({ text }: Opened): unknown => (text === '' ? {} : fromJson(text));

/** Answers POST /v2/token/generate. */
export async function generateV2(world: World, ask: Ask): Promise<Answer> {
  if (ask.bearer !== world.keys.apiKey) return UNKNOWN_KEY;
  const key = world.keys.clientSecret;
  let letter: Opened;
  try {
    letter = await readRequest(key, world.now(), ask.body, ask.binary);
  } catch (error) {
    return clientError((error as Error).message);
  }
  const input = inputIn(letter);
  if (!isRecord(input)) return clientError('Invalid payload in body: Data is not valid json string.');
  const answer = await generateFor(world, input, 2);
  // Refusals are never encrypted.
  if (answer.status !== 200) return answer;
  return {
    ...answer,
    form: letter.binary ? 'binary' : 'text',
    encrypt: (text) => writeAnswer(key, world.now(), letter.nonce, text)
  };
}

/** Answers GET /v1/token/generate. */
export async function generateV1(world: World, ask: Ask): Promise<Answer> {
  if (ask.bearer !== world.keys.apiKey) return UNKNOWN_KEY;
  return generateFor(world, Object.fromEntries(DII_FIELDS.map((field) => [field, ask.query(field)])), 1);
}
