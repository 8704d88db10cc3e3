import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import { prebidAt } from '../../scripts/build/download.ts';
import { root } from './support.ts';

describe('Prebid\'s sources', () => {
  const installed = fs.realpathSync(path.join(root, 'node_modules/prebid.js'));
  const { version } = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8')) as { version: string };

  for (const text of ['../Prebid.js', '/somewhere/9.46.0', './9.46.0']) {
    it(`are at ${text}, as that is a path`, () => {
      expect(prebidAt(text)).to.equal(text);
    });
  }

  it('are those installed, if it is that version', () => {
    expect(prebidAt(version)).to.equal(installed);
  });
});
