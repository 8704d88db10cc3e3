import { expect } from 'chai';
import { startOperator } from '../../operator/index.js';
import { type Probe, ROWS, type Wanted } from './realRows.js';
import type { Answered } from './support.js';

const isAnswer = (value: object): value is Answered => 'body' in value && Buffer.isBuffer(value.body);

function expectAnswer({ status, headers, body }: Answered, wanted: Wanted): void {
  const text = body.toString();
  if (wanted.json !== undefined) expect(JSON.parse(text)).to.deep.equal(wanted.json);
  if (wanted.text !== undefined) expect(text).to.equal(wanted.text);
  if (wanted.status !== undefined) expect(status, text.slice(0, 200)).to.equal(wanted.status);
  for (const [name, value] of Object.entries(wanted.headers ?? {})) expect(headers[name] ?? null, name).to.equal(value);
}

async function check(probe: Probe, operator: Parameters<Probe[0]>[0]): Promise<void> {
  const answer = await probe[0](operator);
  if (isAnswer(answer)) expectAnswer(answer, probe[1]);
  else expect(answer).to.deep.equal(probe[1]);
}

describe('operator: as the real one', () => {
  for (const { where, real, options, probes } of ROWS) {
    it(`${where}: ${real}`, async () => {
      const operator = await startOperator(options);
      try {
        for (const probe of probes) await check(probe, operator);
      } finally {
        await operator.close();
      }
    });
  }
});
