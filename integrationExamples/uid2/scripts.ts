// Turns the panel's TypeScript into one script, once per start.
import { join } from 'node:path';
import { build } from 'esbuild';

/** The text of panel.js. Throws when the panel has a syntax error. */
export async function bundlePanel(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'panel', 'panel.ts')],
    bundle: true, format: 'iife', target: 'es2022', write: false, logLevel: 'silent'
  });
  return outputFiles[0].text;
}
