// The conditions of a page: in its address, and as Prebid's config.
import { expect } from 'chai';
import { addressWith, CONDITIONS, conditionsOn, configOf } from '../../integrationExamples/uid2/panel/conditionList.ts';

const named = (...names: string[]) => conditionsOn(`?mode=cookie${names.map((name) => `&with=${name}`).join('')}`);

describe('the conditions of a page', () => {
  it('are those that the address names', () => {
    expect(named().length).to.equal(0);
    expect(named('gpp', 'coppa', 'nothing').map(({ name }) => name)).to.deep.equal(['coppa', 'gpp']);
  });

  it('are switched on and off in the address, which keeps the others', () => {
    expect(addressWith('?mode=sdk&with=gdpr', { condition: 'coppa', on: true })).to.equal('/?mode=sdk&with=gdpr&with=coppa');
    expect(addressWith('?mode=sdk&with=gdpr&with=coppa', { condition: 'gdpr', on: false })).to.equal('/?mode=sdk&with=coppa');
    expect(addressWith('?with=gdpr', { mode: 'config' })).to.equal('/?with=gdpr&mode=config');
  });

  it('make one config, with both consent platforms in it', () => {
    const config = configOf(named(...CONDITIONS.map(({ name }) => name)));
    expect(config).to.include.keys('coppa', 'deviceAccess', 'allowActivities');
    expect(config.consentManagement).to.have.all.keys('gdpr', 'gpp');
  });
});
