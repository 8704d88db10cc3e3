// Turns TypeScript of the panel into scripts for the browser, once per process.
import { join } from 'node:path';
import { build } from 'esbuild';

export const SCRIPTS = ['panel', 'clock', 'conditions'] as const;

type Name = typeof SCRIPTS[number];

const made = new Map<Name, Promise<string>>();

/** The text of one of them. Throws when it has a syntax error. */
export function bundle(name: Name): Promise<string> {
  const script = made.get(name) ?? make(name);
  made.set(name, script);
  return script;
}

async function make(name: Name): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'panel', `${name}.ts`)],
    bundle: true, format: 'iife', target: 'es2022', minify: true, write: false, logLevel: 'silent'
  });
  return outputFiles[0].text;
}
