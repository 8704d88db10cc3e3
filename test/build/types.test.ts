import { expect } from 'chai';
import path from 'node:path';
import ts from 'typescript';
import { root } from './support.ts';

const SHIPPED = /^(?:modules|libraries|types)\//;

// As in a checkout's tsconfig.json. What may be a string or undefined is only a string there, and takes fewer casts.
const CHECKOUT: ts.CompilerOptions = { strict: false, target: ts.ScriptTarget.ES2019, lib: ['lib.es2019.d.ts', 'lib.dom.d.ts'] };

describe('the types', () => {
  it('compile in a checkout of Prebid, which is not strict', () => {
    const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const ours = fileNames.filter((name) => SHIPPED.test(path.relative(root, name)));
    const program = ts.createProgram(ours, { ...options, ...CHECKOUT });
    const told = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) =>
      `${file && `${path.relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}`} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    expect(ours).to.include.members([path.join(root, 'modules/uid2Sdk.ts'), path.join(root, 'libraries/uid2SdkFacade/sdk.ts')]);
    expect(told).to.eql([]);
  });
});
