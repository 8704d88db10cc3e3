// The part of the browsers' suites that runs with npm test, in the engines that are installed.
import fs from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { run } from '../test/run.ts';
import { partOf, summaryOf } from '../test/suites.ts';
import { howTo, programsOf, type EngineName } from './engines.ts';

const IN_PART: EngineName[] = ['firefox', 'webkit'];

async function runPart(): Promise<void> {
  const here = IN_PART.filter(programsOf);
  for (const engine of IN_PART.filter((name) => !here.includes(name))) {
    console.log(pc.yellow(`  no ${engine} here, so nothing ran in it (${howTo(engine)})`));
  }
  const total = { passed: 0, failed: 0, pending: [], failures: [] };
  for (const engine of here) {
    for (const suite of partOf(engine)) {
      const { passed, failed } = await run(suite, process.env.CHROME_BIN ?? '');
      total.passed += passed;
      total.failed += failed;
    }
  }
  if (here.length === 0) return;
  fs.mkdirSync(path.dirname(summaryOf('browsers')), { recursive: true });
  fs.writeFileSync(summaryOf('browsers'), JSON.stringify(total));
}

runPart().catch((error: Error) => {
  console.error(pc.red(error.stack ?? error.message));
  process.exitCode = 1;
});
