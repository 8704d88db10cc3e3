// Which modules there are, and which of them a build consists of.
import fs from 'node:fs';
import path from 'node:path';
import { type Layout, layoutOf, readJson } from './layout.ts';
import { hint } from './nearest.ts';
import { problem } from './problem.ts';

const MODULE_FILE = /^([^.]+)(\.(js|ts))?$/;

function namesIn(directory: string): string[] {
  if (!fs.existsSync(directory)) return [];
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const match = MODULE_FILE.exec(entry.name);
    if (!match) return [];
    const isModule = entry.isDirectory()
      ? ['index.ts', 'index.js'].some((index) => fs.existsSync(path.join(directory, entry.name, index)))
      : match[2] !== undefined;
    return isModule ? [match[1]] : [];
  });
}

/** The names of all modules, ours and Prebid's. */
export function knownModules(layout: Layout): Set<string> {
  return new Set([layout.overlay, layout.prebid].flatMap((root) => namesIn(path.join(root, 'modules'))));
}

/** Checks the names and adds the parents they need; throws one line naming the first unknown one. */
export function completeModules(names: string[], layout: Layout): string[] {
  const known = knownModules(layout);
  const modules = [...new Set(names.map((name) => name.trim()).filter(Boolean))];
  if (modules.length === 0) throw problem('no modules given, for example --modules=uid2IdSystem,appnexusBidAdapter');
  for (const name of modules) {
    if (!known.has(name)) throw problem(`unknown module: ${name}${hint(name, known)}`);
  }
  const submodules = readJson<{ parentModules: Record<string, string[]> }>(path.join(layout.prebid, 'modules/.submodules.json'));
  for (const [parent, children] of Object.entries(submodules?.parentModules ?? {})) {
    if (!modules.includes(parent) && modules.some((name) => children.includes(name))) modules.unshift(parent);
  }
  return modules;
}

function fromFile(file: string): string[] {
  if (!fs.existsSync(file)) throw problem(`cannot read ${file}: no such file`);
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw problem(`cannot read ${file}: ${(error as Error).message.split('\n')[0]}`);
  }
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    throw problem(`cannot read ${file}: it must be a JSON array of module names, such as ["uid2IdSystem"]`);
  }
  return value;
}

/** `a,b` or `modules.json` (an array of names) to module names, checked and with their parents; throws one line. */
export function parseModules(text: string, layout: Layout = layoutOf()): string[] {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean);
  const file = names.length === 1 && path.extname(names[0]).toLowerCase() === '.json';
  return completeModules(file ? fromFile(names[0]) : names, layout);
}
