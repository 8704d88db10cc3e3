// Karma's results for people (failures, pending tests by name, a count line) and for scripts (a JSON file).
import fs from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';

export interface Summary { passed: number; failed: number; pending: string[]; failures: string[] }

export interface Result { suite: string[]; description: string; success: boolean; skipped: boolean; log: string[]; time?: number }

export interface ReporterSettings {
  /** The JSON file to write. */
  summary: string;
  suite: string;
  onExit: () => void | Promise<unknown>;
  write?: (line: string) => void;
}

const titleOf = (result: Result) => [...result.suite, result.description].join(' ');

function failure(result: Result, number: number): string[] {
  const [message = '', ...stack] = result.log.join('\n').split('\n');
  return [
    `  ${number}) ${result.suite.join(' › ')}`,
    `     ${pc.bold(result.description)}`,
    `     ${pc.red(message)}`,
    ...stack.filter((line) => line.trim()).map((line) => pc.dim(`     ${line.trim()}`)),
    ''
  ];
}

/** A karma reporter, as a factory for karma's plugin list. */
export function plainReporter({ summary: file, suite, onExit, write = console.log }: ReporterSettings) {
  function reporter(this: Record<string, unknown>, formatError: (error: unknown) => string) {
    const results: Result[] = [];
    const errors: string[] = [];
    this.adapters = [];
    this.onRunStart = () => {};
    this.onSpecComplete = (_browser: unknown, result: Result) => {
      results.push({ ...result, log: result.log.map((text) => formatError(text)) });
    };
    this.onBrowserError = (_browser: unknown, error: unknown) => errors.push(formatError(error));
    this.onBrowserLog = (_browser: unknown, text: string, type: string) => write(pc.dim(`  ${type}: ${text}`));
    this.onRunComplete = () => {
      const failed = results.filter((result) => !result.success && !result.skipped);
      const pending = results.filter((result) => result.skipped).map(titleOf);
      const passed = results.filter((result) => result.success && !result.skipped).length;
      failed.flatMap((result, i) => failure(result, i + 1)).forEach((line) => write(line));
      errors.forEach((error) => write(pc.red(error)));
      if (pending.length > 0) write([pc.yellow('  pending:'), ...pending.map((name) => `  - ${name}`)].join('\n'));
      const summary: Summary = { passed, failed: failed.length + errors.length, pending, failures: [...failed.map(titleOf), ...errors] };
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
      const counts = `${passed} passed, ${summary.failed} failed, ${pending.length} pending`;
      write((summary.failed > 0 ? pc.red : pc.green)(`  ${suite}: ${counts}`));
    };
    this.onExit = async (done: () => void) => {
      await onExit();
      done();
    };
  }
  return Object.assign(reporter, { $inject: ['formatError'] });
}
