// The declarations that go with dist/modules/.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { nameOf, typesBeside } from './prebid.ts';

/** The modules, and what each imports without its being in what tsc writes: for types alone, or as the package has it. */
const MODULES: Record<string, string> = { 'modules/uid2IdSystem': './userId/index.d.ts', 'modules/uid2Sdk': './uid2IdSystem.js' };
const SPECIFIER = /((?:from|import|module) ?\(?)['"](\.[^'"]+)['"]/g;

function program(root: string): ts.Program {
  const file = path.join(root, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, root);
  return ts.createProgram([...Object.keys(MODULES), 'types/build.d', 'types/prebid.d'].map((name) => path.join(root, `${name}.ts`)), {
    ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: root, types: []
  });
}

/** Writes the declarations of the modules and what they refer to. */
export function makeTypes(root: string, dist: string): void {
  const { emitSkipped, diagnostics } = program(root).emit(undefined, (file, text) => {
    const from = path.relative(root, file).split(path.sep).join('/');
    const isOurs = (name: string) => fs.existsSync(path.join(root, name.replace(/(\.js|\.ts)?$/, '.ts')));
    const specifier = (old: string) => (isOurs(nameOf(from, old)) ? old : typesBeside(nameOf(from, old)));
    const to = path.join(dist, from);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    const header = MODULES[from.replace(/\.d\.ts$/, '')];
    fs.writeFileSync(to, (header ? `import '${specifier(header)}';\n` : '') + text.replace(SPECIFIER, (_all, word, old) => `${word}'${specifier(old)}'`));
  });
  const [first] = diagnostics;
  if (first || emitSkipped) throw new Error(first ? ts.flattenDiagnosticMessageText(first.messageText, ' ') : 'no declarations were made');
}
