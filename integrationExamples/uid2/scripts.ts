// Turns TypeScript of the panel into scripts for the browser, once per start.
import { join } from 'node:path';
import { build } from 'esbuild';

/** The text of panel.js or clock.js. Throws when it has a syntax error. */
export async function bundle(name: 'panel' | 'clock'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'panel', `${name}.ts`)],
    bundle: true, format: 'iife', target: 'es2022', write: false, logLevel: 'silent'
  });
  return outputFiles[0].text;
}
