// Anything but an identity, wherever it is: nothing is thrown, held, lost or sent as a token (R17).
import { expect } from 'chai';
import { clearBrowser } from '../harness/clean';
import { BAD_PLACES, isNamed } from './support/badPlaces';
import { asked } from './support/operator';
import { identity, openPage } from './support/page';
import { auction, configure, pbjs, prebidForEach } from './support/prebid';

for (const [place, { inputs, put, elsewhere, isSupplied }] of Object.entries(BAD_PLACES)) {
  describe(`uid2 input: anything but an identity in ${place}`, () => {
    for (const [title, input] of Object.entries(inputs)) {
      it(`sends and holds nothing: ${title}`, async () => {
        const page = openPage();
        const { held } = page.ask(put(input));
        expect([held, page.published(), page.uid2.status().state]).to.deep.equal([false, undefined, 'none']);
      });
    }
    for (const [where, keep] of Object.entries(elsewhere)) {
      it(`loses no token in ${where}${isSupplied ? ', but does not send it for another reader' : ''}`, async () => {
        const token = await identity();
        for (const [title, input] of Object.entries(inputs)) {
          clearBrowser();
          const page = openPage();
          const { held } = page.ask({ ...put(input), ...keep(token) });
          const isElse = isSupplied && where !== 'the publisher\'s cookie' && isNamed(input);
          expect([held, page.published()], title)
            .to.deep.equal([false, isElse ? undefined : { id: token.advertising_token }]);
        }
      });
    }
  });
}

describe('uid2 input: anything but an identity, in Prebid', () => {
  prebidForEach();

  for (const [place, { inputs, put }] of Object.entries(BAD_PLACES)) {
    it(`lets auctions go without a token, whatever is in ${place}`, async function () {
      this.timeout(20e3);
      for (const [title, input] of Object.entries(inputs)) {
        clearBrowser();
        configure(put(input));
        await pbjs.refreshUserIds();
        expect([pbjs.getUserIds(), pbjs.getUserIdsAsEids()], title).to.deep.equal([{}, []]);
        const { ssp } = await auction();
        expect([ssp.userId, ssp.userIdAsEids], title).to.deep.equal([undefined, []]);
      }
      expect(await asked()).to.deep.equal([]);
    });
  }
});
