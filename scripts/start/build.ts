// Builds Prebid in a process of its own, so that the site goes on answering.
import { fork } from 'node:child_process';
import { build, isProblem, type BuildOptions } from '../build/index.ts';
import { problem } from '../build/problem.ts';

type Outcome = { version: string } | { message: string; isProblem: boolean };

/** Prebid's version, once its bundle is there. Rejects as `build` does; the process ends with `signal`. */
export function buildBeside(options: BuildOptions, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, { execArgv: ['--import', 'tsx'], signal });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The build has ended with code ${code}.`)));
    child.once('message', (outcome: Outcome) => {
      if ('version' in outcome) resolve(outcome.version);
      else reject(outcome.isProblem ? problem(outcome.message) : new Error(outcome.message));
    });
    child.send(options);
  });
}

const answer = (outcome: Outcome) => process.send!(outcome, () => process.disconnect());

if (require.main === module) {
  process.once('message', (options: BuildOptions) => build(options).then(
    ({ version }) => answer({ version }),
    (error: unknown) => answer({ message: isProblem(error) ? error.message : String((error as Error).stack), isProblem: isProblem(error) })
  ));
}
