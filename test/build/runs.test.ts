// How npm test divides its work, and what it says of it.
import { expect } from 'chai';
import { inLanes } from '../../scripts/test/lanes.ts';
import { partsOf } from '../../scripts/test/parts.ts';
import { suites } from '../../scripts/test/suites.ts';
import { timesOf } from '../../scripts/test/times.ts';
import { filesIn } from './support.ts';

describe('tasks in lanes', () => {
  /** Tasks that end when they are told to, and what has happened to them. */
  function tasksOf(count: number) {
    const log: string[] = [];
    const ends: ((value: number) => void)[] = [];
    const tasks = Array.from({ length: count }, (_, index) => () => {
      log.push(`${index} begins`);
      return new Promise<number>((resolve) => { ends[index] = resolve; });
    });
    return { log, ends, tasks };
  }
  const settled = () => new Promise((resolve) => { setImmediate(resolve); });

  it('begin in their order, so many at a time', async () => {
    const { log, ends, tasks } = tasksOf(4);
    const all = inLanes(2, tasks);
    expect(log).to.eql(['0 begins', '1 begins']);
    ends[1](1);
    await settled();
    expect(log.slice(2)).to.eql(['2 begins']);
    ends[0](0);
    ends[2](2);
    await settled();
    ends[3](3);
    await all;
  });

  it('give their results in their order, not in that of their ends', async () => {
    const { ends, tasks } = tasksOf(2);
    const all = inLanes(2, tasks);
    ends[1](1);
    await settled();
    ends[0](0);
    expect(await all).to.eql([0, 1]);
  });

  it('are all done where there are more lanes', async () => {
    expect(await inLanes(4, [async () => 'a'])).to.eql(['a']);
  });
});

describe('the parts of a suite', () => {
  it('get the largest files first, each where there is least', () => {
    const files = [5, 9, 2, 4].map((size) => ({ name: `${size}`, size }));
    expect(partsOf(files, 2)).to.eql([['2', '9'], ['4', '5']]);
  });

  it('are the same, however the folder is listed', () => {
    const files = ['a', 'b', 'c'].map((name) => ({ name, size: 1 }));
    expect(partsOf(files, 2)).to.eql(partsOf([...files].reverse(), 2));
  });

  it('have each file of e2e once', () => {
    const run = suites.filter(({ group }) => group === 'e2e').flatMap(({ args }) => args.filter((arg) => arg.endsWith('.test.ts')));
    expect(run.sort()).to.eql(filesIn('test/e2e').filter((name) => name.endsWith('.test.ts')));
  });
});

describe('the times of the suites', () => {
  it('are told in seconds, the slowest first', () => {
    expect(timesOf([{ name: 'lint', ms: 9949 }, { name: 'e2e-1', ms: 123_456 }])).to.eql([
      'e2e-1   123.5 s',
      'lint      9.9 s'
    ]);
  });
});
