// Turns TypeScript of the panel into scripts for the browser, once per start.
import { join } from 'node:path';
import { build } from 'esbuild';

export const SCRIPTS = ['panel', 'clock', 'conditions'] as const;

/** The text of one of them. Throws when it has a syntax error. */
export async function bundle(name: typeof SCRIPTS[number]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'panel', `${name}.ts`)],
    bundle: true, format: 'iife', target: 'es2022', minify: true, write: false, logLevel: 'silent'
  });
  return outputFiles[0].text;
}
