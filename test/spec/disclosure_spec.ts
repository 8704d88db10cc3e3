import { expect } from 'chai';
import { uid2IdSubmodule } from '../../modules/uid2IdSystem';

describe('uid2 disclosure', () => {
  // test/build/disclosure.test.ts holds the metadata to the same name
  it('is where the submodule says', () => {
    expect(uid2IdSubmodule).to.have.property('disclosureURL', 'local://modules/uid2IdSystem.json');
  });
});
