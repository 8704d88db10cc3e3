// An answer as it goes over the wire, spoiled by a fault if there is one.
import { Answer, Form, UNKNOWN } from './answers.js';
import { isRecord, toBase64 } from './bytes.js';
import type { Fault } from './faults.js';
import { randomBytes, seal } from './seal.js';

export interface Reply { status: number; contentType?: string; body: string | Buffer }

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';
const HUGE = 10 * 1024 * 1024;

const FORMS: Record<Form, (bytes: Uint8Array) => Omit<Reply, 'status'>> = {
  text: (bytes) => ({ contentType: TEXT_TYPE, body: toBase64(bytes) }),
  binary: (bytes) => ({ contentType: 'application/octet-stream', body: Buffer.from(bytes) }),
  untyped: (bytes) => ({ body: toBase64(bytes) })
};

async function write({ status, content, encrypt, form = 'text' }: Answer, text = JSON.stringify(content)): Promise<Reply> {
  return { status, ...encrypt ? FORMS[form](await encrypt(text)) : { contentType: JSON_TYPE, body: text } };
}

function without(fields: string[], content: object): Answer['content'] {
  const left = Object.entries(content)
    .filter(([name]) => !fields.includes(name))
    .map(([name, value]) => [name, isRecord(value) ? without(fields, value) : value]);
  return Object.fromEntries(left);
}

// These need no sound answer to start from: the operator, or what stands before it, has lost its mind.
const INSTEAD: Record<string, (fault: Fault) => Reply> = {
  status: (fault) => fault.kind === 'status'
    ? { status: fault.status, contentType: fault.contentType ?? TEXT_TYPE, body: fault.body ?? '' }
    : { status: UNKNOWN.status, contentType: TEXT_TYPE, body: '' },
  garbage: () => ({ status: 200, contentType: TEXT_TYPE, body: toBase64(randomBytes(400)) }),
  notBase64: () => ({ status: 200, contentType: TEXT_TYPE, body: '<!doctype html><p>This is *not* base64.</p>' }),
  huge: (fault) => ({
    status: 200,
    contentType: TEXT_TYPE,
    body: Buffer.alloc(fault.kind === 'huge' && fault.bytes !== undefined ? fault.bytes : HUGE, 'UID2')
  })
};

// These spoil a success or an opt-out; a refusal stays what it is.
const SPOILED: Record<string, (answer: Answer, fault: Fault) => Promise<Reply>> = {
  async truncated(answer) {
    const reply = await write(answer);
    // One character over a multiple of four, which no base64 text can have.
    return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 12) * 4 + 1) };
  },
  wrongKey: (answer) => write({ ...answer, encrypt: (text) => seal(randomBytes(32), Buffer.from(text)) }),
  missingFields: (answer, fault) =>
    write({ ...answer, content: without(fault.kind === 'missingFields' ? fault.fields : [], answer.content) }),
  plainJson: ({ status, content }) => write({ status, content }),
  badJson: (answer) => write(answer, '{"status":"success","body":{'),
  optout: (answer) => write({ ...answer, content: { status: 'optout' } })
};

/** Puts an answer on the wire; `answer` is not asked for where the fault needs none. */
export async function replyTo(answer: () => Promise<Answer>, fault: Fault | undefined): Promise<Reply> {
  const kind = fault?.kind;
  if (!fault || !kind) return write(await answer());
  if (kind in INSTEAD) return INSTEAD[kind](fault);
  const sound = await answer();
  return sound.status === 200 && kind in SPOILED ? SPOILED[kind](sound, fault) : write(sound);
}
