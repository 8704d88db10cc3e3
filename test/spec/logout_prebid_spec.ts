// A logout in Prebid: the token is gone from everywhere, and nothing brings it back (R14).
import { expect } from 'chai';
import adapterManager from 'src/adapterManager.js';
import { gdprDataHandler } from 'src/consentHandler.js';
import { everythingKept, setCookie, stored, urlEncoded } from './support/browser';
import { USER } from './support/generation';
import { identity } from './support/page';
import { auction, configure, eidOf, pbjs, prebidForEach, PREBIDS_STORAGE } from './support/prebid';

/** No token in any accessor, nor in the next auction. */
async function expectNoToken() {
  expect(pbjs.getUserIds()).to.deep.equal({});
  expect(pbjs.getUserIdsAsEids()).to.deep.equal([]);
  const { ssp } = await auction();
  expect([ssp.userIdAsEids, ssp.userId, ssp.ortb2.user?.ext?.eids ?? []]).to.deep.equal([[], undefined, []]);
}

describe('uid2 logout in Prebid', () => {
  prebidForEach();
  it('takes the token away everywhere', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    pbjs.uid2.disconnect();
    await expectNoToken();
  });
  it('is not undone by refreshUserIds', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    pbjs.uid2.disconnect();
    await pbjs.refreshUserIds();
    await expectNoToken();
  });
  it('is not undone by mergeConfig of something else and refreshUserIds', async () => {
    configure(USER);
    expect((await auction()).ssp.userIdAsEids.length).to.equal(1);
    pbjs.uid2.disconnect();
    pbjs.mergeConfig({ userSync: { syncDelay: 3333 } });
    await pbjs.refreshUserIds();
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([]);
  });
  it('leaves no token in Prebid\'s own storage', async () => {
    const token = await identity();
    configure({ uid2Token: token }, { storage: PREBIDS_STORAGE });
    await auction();
    pbjs.uid2.disconnect();
    expect(everythingKept()).to.not.contain(token.refresh_token).and.not.contain(token.advertising_token);
  });
  it('lets another token in', async () => {
    configure({ uid2Token: await identity() });
    await auction();
    pbjs.uid2.disconnect();
    const token = await identity();
    configure({ uid2Token: token });
    await pbjs.refreshUserIds();
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([eidOf(token.advertising_token)]);
  });
});

describe('uid2 data deletion request in Prebid', () => {
  prebidForEach();

  it('takes the token away everywhere, and the publisher\'s cookie', async () => {
    setCookie('login', urlEncoded(await identity()));
    configure({ uid2Cookie: 'login' });
    await auction();
    (adapterManager as any).callDataDeletionRequest();
    await expectNoToken();
    expect([document.cookie.includes('login='), stored()]).to.deep.equal([false, undefined]);
  });
  it('takes a token away before the CMP has answered', async () => {
    gdprDataHandler.enable();
    configure({ uid2Token: await identity() });
    (adapterManager as unknown as { callDataDeletionRequest(): void }).callDataDeletionRequest();
    gdprDataHandler.setConsentData({ gdprApplies: false } as never);
    expect((await auction()).ssp.userIdAsEids).to.deep.equal([]);
  });
});
