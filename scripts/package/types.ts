// The declarations that go with dist/modules/uid2IdSystem.js.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { nameOf, typesBeside } from './prebid.ts';

const MODULE = 'modules/uid2IdSystem.d.ts';
const SPECIFIER = /((?:from|import|module) ?\(?)['"](\.[^'"]+)['"]/g;

function program(root: string): ts.Program {
  const file = path.join(root, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, root);
  return ts.createProgram([path.join(root, 'modules/uid2IdSystem.ts'), ...['build', 'prebid'].map((name) => path.join(root, `types/${name}.d.ts`))], {
    ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: root, types: []
  });
}

/** Writes dist/modules/uid2IdSystem.d.ts and what it refers to. */
export function makeTypes(root: string, dist: string): void {
  const { emitSkipped, diagnostics } = program(root).emit(undefined, (file, text) => {
    const from = path.relative(root, file).split(path.sep).join('/');
    const isOurs = (name: string) => fs.existsSync(path.join(root, name.replace(/(\.js|\.ts)?$/, '.ts')));
    const specifier = (old: string) => (isOurs(nameOf(from, old)) ? old : typesBeside(nameOf(from, old)));
    const to = path.join(dist, from);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    // what the module imports for its types alone is not in what tsc writes
    const header = from === MODULE ? `import '${specifier('./userId/index.d.ts')}';\n` : '';
    fs.writeFileSync(to, header + text.replace(SPECIFIER, (_all, word, old) => `${word}'${specifier(old)}'`));
  });
  const [first] = diagnostics;
  if (first || emitSkipped) throw new Error(first ? ts.flattenDiagnosticMessageText(first.messageText, ' ') : 'no declarations were made');
}
