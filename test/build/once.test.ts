// Work that several processes need done, and one of them does.
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { madeOnce } from '../harness/once.ts';
import { scratch } from './support.ts';

describe('a folder that is made once', () => {
  let work: ReturnType<typeof scratch>;
  let folder: string;
  let made: number;

  beforeEach(() => {
    work = scratch();
    folder = path.join(work.directory, 'deep/folder');
    made = 0;
  });
  afterEach(() => work.remove());

  async function make(unfinished: string): Promise<void> {
    made += 1;
    fs.writeFileSync(path.join(unfinished, 'file'), 'whole');
    // it takes a while, in which it is not there
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(fs.existsSync(folder)).to.equal(false);
  }
  const expectMade = (times: number) => {
    expect(made).to.equal(times);
    expect(fs.readFileSync(path.join(folder, 'file'), 'utf8')).to.equal('whole');
    expect(fs.readdirSync(path.dirname(folder))).to.eql(['folder']);
  };

  it('is whole, for all who ask at once', async () => {
    await Promise.all([1, 2, 3].map(() => madeOnce(folder, make)));
    expectMade(1);
  });

  it('is not made again', async () => {
    await madeOnce(folder, make);
    await madeOnce(folder, make);
    expectMade(1);
  });

  it('is made by the next who asks, if one fails', async () => {
    const failure = await madeOnce(folder, async () => { throw new Error('no'); }).catch((error: Error) => error.message);
    expect([failure, fs.readdirSync(path.dirname(folder))]).to.eql(['no', []]);
    await madeOnce(folder, make);
    expectMade(1);
  });

  it('is made by another, if a process ends before it is done', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    fs.mkdirSync(path.dirname(folder));
    fs.writeFileSync(`${folder}.lock`, String(pid));
    await madeOnce(folder, make);
    expectMade(1);
  });
});
