import { expect } from 'chai';
import { terserMinify } from 'terser-webpack-plugin';
import { minifyOnce } from '../../scripts/build/minify.ts';

describe('a chunk that is minified once', () => {
  // not kept by an earlier run
  const input = { 'chunk.js': `export const now = () => { const unused = ${process.pid} + ${Date.now()}; return 'kept'; };` };

  it('is what terser makes of it, the first time and the second', async () => {
    const { code } = await terserMinify(input, undefined, { module: true });
    for (let i = 0; i < 2; i++) expect((await minifyOnce(input, undefined, { module: true })).code).to.equal(code);
  });

  it('is another one with other options', async () => {
    const named = { module: true, compress: { defaults: false }, mangle: false };
    expect((await minifyOnce(input, undefined, { module: true })).code).not.to.include('unused');
    expect((await minifyOnce(input, undefined, named)).code).to.include('unused');
  });

  it('is not kept if it cannot be read', async () => {
    const broken = { 'chunk.js': 'export const = ;' };
    for (let i = 0; i < 2; i++) {
      const outcome = await minifyOnce(broken, undefined, { module: true }).catch((error: Error) => error.message);
      expect(outcome).to.match(/Name expected/);
    }
  });
});
