// The exercise that CONTRIBUTING.md begins with: what it names is there, and would fail as it says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const read = (file: string) => readFileSync(path.resolve(__dirname, '../..', file), 'utf8');

describe('the first hour', () => {
  const [, hour] = /^## Your first hour\n([^]*?)^## /m.exec(read('CONTRIBUTING.md'))!;
  const [, changed] = /^```ts\n(.*)\n```$/m.exec(hour)!;

  it('changes a line that is in decide.ts', () => {
    const original = changed.replace('sends: \'token\', ', '');
    expect(original).not.to.equal(changed);
    expect(read('libraries/uid2Session/decide.ts').split('\n')).to.include(original);
  });
  it('names the suite and the row that fails then', () => {
    const spec = read('test/spec/decide_spec.ts');
    expect(spec).to.include(`describe('${/GREP="([^"]+)"/.exec(hour)![1]}'`);
    expect(spec).to.include(`['${/`([^`]+)` fails\./.exec(hour)![1]}'`);
  });
  it('runs a test file that is there', () => {
    expect(read(/ (test\/e2e\/\S+)/.exec(hour)![1])).to.include('describe(');
  });
});
