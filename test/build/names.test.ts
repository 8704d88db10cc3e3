import { expect } from 'chai';
import path from 'node:path';
import { featureMap } from '../../scripts/build/features.ts';
import { layoutOf } from '../../scripts/build/layout.ts';
import { knownModules, parseModules } from '../../scripts/build/modules.ts';
import { nearest } from '../../scripts/build/nearest.ts';
import { OVERLAY, scratch, write } from './support.ts';

describe('module names', () => {
  const { directory, remove } = scratch();
  after(remove);

  const file = (text: string) => {
    write(directory, { 'modules.json': text });
    return path.join(directory, 'modules.json');
  };

  it('come as a list, with the parents that they need in front', () => {
    expect(parseModules('uid2IdSystem, appnexusBidAdapter')).to.eql(['userId', 'uid2IdSystem', 'appnexusBidAdapter']);
  });

  it('do not repeat a parent that is listed', () => {
    expect(parseModules('uid2IdSystem,userId,uid2IdSystem')).to.eql(['uid2IdSystem', 'userId']);
  });

  it('come from a JSON file', () => {
    expect(parseModules(file('["uid2IdSystem"]'))).to.eql(['userId', 'uid2IdSystem']);
  });

  it('that are unknown are named, with the nearest one', () => {
    expect(() => parseModules('uid2IdSystm')).to.throw(/^unknown module: uid2IdSystm \(did you mean uid2IdSystem\?\)$/);
    expect(() => parseModules('appnexus')).to.throw(/^unknown module: appnexus \(did you mean appnexusBidAdapter\?\)$/);
    expect(() => parseModules('qqqqqqqqqqqqqq')).to.throw(/^unknown module: qqqqqqqqqqqqqq$/);
  });

  it('that are missing altogether are asked for', () => {
    expect(() => parseModules('')).to.throw(/^no modules given/);
    expect(() => parseModules(file('[]'))).to.throw(/^no modules given/);
  });

  it('in a file that is missing, broken or no list of names are one clear line', () => {
    expect(() => parseModules('nowhere.json')).to.throw(/^cannot read nowhere\.json: no such file$/);
    expect(() => parseModules(file('["uid2IdSystem"'))).to.throw(/^cannot read .*modules\.json: [^\n]+$/);
    expect(() => parseModules(file('{"modules":[]}'))).to.throw(/must be a JSON array of module names/);
    expect(() => parseModules(file('[1]'))).to.throw(/must be a JSON array of module names/);
  });

  it('include those of the overlay', () => {
    write(directory, { ...OVERLAY, 'modules/brandNewIdSystem.ts': '' });
    const known = knownModules(layoutOf({ overlay: directory }));
    expect(known).to.include('brandNewIdSystem').and.include('userId').and.include('appnexusBidAdapter');
    expect([...known].filter((name) => name.includes('.'))).to.eql([]);
  });
});

describe('feature names', () => {
  it('turn a feature off, in any case', () => {
    expect(featureMap(layoutOf(), ['uid2_cstg'])).to.include({ UID2_CSTG: false, VIDEO: true });
  });

  it('leave GREEDY out unless it is asked for, as Prebid\'s releases do', () => {
    expect(featureMap(layoutOf()).GREEDY).to.equal(false);
    expect(featureMap(layoutOf(), ['VIDEO']).GREEDY).to.equal(false);
    expect(featureMap(layoutOf(), [], ['GREEDY']).GREEDY).to.equal(true);
  });

  it('that are unknown are named, with the nearest one', () => {
    expect(() => featureMap(layoutOf(), ['UID2_CST'])).to.throw(/^unknown feature: UID2_CST \(did you mean UID2_CSTG\?\)$/);
  });
});

describe('the nearest name', () => {
  it('ignores case', () => expect(nearest('UID2idsystem', ['userId', 'uid2IdSystem'])).to.equal('uid2IdSystem'));
  it('is none when nothing is close', () => expect(nearest('zzzzzz', ['userId', 'uid2IdSystem'])).to.equal(undefined));
});
