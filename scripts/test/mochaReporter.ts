// Mocha's results as karma's reporter gives them: failures for people, a JSON file for scripts.
import Mocha from 'mocha';
import { plainReporter, type Result } from '../../test/harness/reporter.ts';

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_TEST_RETRY, EVENT_RUN_END } = Mocha.Runner.constants;
const { generateDiff } = Mocha.reporters.Base;

interface Options { reporterOptions?: { suite?: string; summary?: string } }

type Plain = {
  onSpecComplete(browser: unknown, result: Result): void;
  onRunComplete(): void;
};

function resultOf(test: Mocha.Test | Mocha.Hook, error?: Error): Result {
  const [description, ...suite] = [test.title, ...test.parent?.titlePath() ?? []];
  const { actual, expected, showDiff } = (error ?? {}) as { actual?: unknown; expected?: unknown; showDiff?: boolean };
  const text = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? String(value);
  const diff = showDiff && actual !== undefined && expected !== undefined ? [generateDiff(text(actual), text(expected))] : [];
  return {
    suite,
    description,
    success: !error,
    skipped: test.isPending(),
    log: error ? [error.stack ?? String(error), ...diff] : []
  };
}

/** A mocha reporter; takes the options `suite` (a name) and `summary` (the JSON file to write). */
function reporter(runner: Mocha.Runner, { reporterOptions = {} }: Options): void {
  const { suite = 'tests', summary = 'build/test/tests.json' } = reporterOptions;
  const Plain = plainReporter({ summary, suite, onExit() {} }) as unknown as new (formatError: (text: string) => string) => Plain;
  const plain = new Plain((text) => text);
  runner.on(EVENT_TEST_PASS, (test) => plain.onSpecComplete(null, resultOf(test)));
  runner.on(EVENT_TEST_PENDING, (test) => plain.onSpecComplete(null, resultOf(test)));
  runner.on(EVENT_TEST_FAIL, (test, error) => plain.onSpecComplete(null, resultOf(test, error)));
  runner.on(EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => console.log(`  once more: ${test.titlePath().join(' ')}: ${error.message}`));
  runner.once(EVENT_RUN_END, () => plain.onRunComplete());
}

module.exports = reporter;
