import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Result } from './simulate.ts';
import type { Order, Word } from './worker.ts';

function play(worker: ChildProcess, order: Order, progress: (share: number) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.on('message', (word: Word) => ('result' in word ? resolve(word.result) : progress(word.share)));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a simulation ended with code ${code}`)));
    worker.send(order);
  });
}

/** Plays all, as many at once as there are processors; `progress` is told the share that is done. */
export async function playAll(orders: Order[], progress: (share: number) => void): Promise<Result[]> {
  const shares = orders.map(() => 0);
  const results: Result[] = [];
  const queue = [...orders.keys()];

  async function work() {
    // what lives for a second is thrown away sooner when there is room for it
    const execArgv = ['--import', 'tsx', '--max-semi-space-size=64'];
    const worker = fork(path.join(__dirname, 'worker.ts'), { execArgv, serialization: 'advanced' });
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const mine = index;
      results[mine] = await play(worker, orders[mine], (share) => {
        shares[mine] = share;
        progress(shares.reduce((sum, each) => sum + each, 0) / orders.length);
      });
    }
    worker.disconnect();
  }

  await Promise.all(Array.from({ length: Math.min(availableParallelism(), orders.length) }, work));
  return results;
}
