import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './support.ts';

const URL = 'local://modules/uid2IdSystem.json';
const read = (name: string) => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));

describe('The storage disclosure', () => {
  it('in metadata/modules is what Prebid makes of the one in metadata/disclosures', async () => {
    const script = path.join(root, 'node_modules/prebid.js/metadata/storageDisclosure.mjs');
    const { fetchDisclosure } = await import(pathToFileURL(script).href) as { fetchDisclosure(of: object): Promise<unknown> };
    const { info } = console;
    console.info = () => {};
    const made = await fetchDisclosure({ componentType: 'userId', componentName: 'uid2', disclosureURL: URL }).finally(() => { console.info = info; });
    const { disclosures, components } = read('metadata/modules/uid2IdSystem.json');
    expect(disclosures[URL].disclosures).to.deep.equal(made);
    expect(components).to.have.length(1);
    expect(components[0]).to.include({ componentType: 'userId', componentName: 'uid2', disclosureURL: URL });
  });

  it('is there for each module that imports Prebid\'s fetch, as its build warns of others', () => {
    const files = fs.readdirSync(path.join(root, 'modules')).filter((name) => name.endsWith('.ts'));
    const asking = files.filter((name) => /from '\.\.\/src\/ajax\.js'/.test(fs.readFileSync(path.join(root, 'modules', name), 'utf8')));
    expect(asking).to.include('uid2IdSystem.ts');
    const known = fs.readdirSync(path.join(root, 'metadata/modules'));
    expect(known).to.include.members(asking.map((name) => name.replace('.ts', '.json')));
  });
});
