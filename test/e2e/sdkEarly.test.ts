// What a page is told of what it calls before its consent platform has answered.
import { expect } from 'chai';
import { answer, answers, disconnect, GONE, heard, hears, token, withSdk } from './sdkPage.ts';

describe('window.__uid2 before the CMP has answered', () => {
  const world = withSdk();
  const { load, waiting, init } = world;

  it('tells of a second init at once too, once a page has given an identity', async () => {
    const page = await waiting();
    const { advertising_token: first, ...rest } = await world.login();
    await init(page, { advertising_token: first, ...rest });
    await init(page);
    expect((await heard(page)).slice(2)).to.deep.equal([[0, first], [0, first], ['InitCompleted', first]]);
    await answer(page);
    expect([(await heard(page)).length, await token(page)]).to.deep.equal([5, first]);
  });
  it('tells of each init later, as long as nobody is known', async () => {
    const page = await waiting();
    for (let count = 0; count < 2; count++) await init(page);
    expect(await heard(page)).to.deep.equal([]);
    await answer(page);
    expect((await heard(page)).filter((one) => `${one}` === 'InitCompleted,')).to.have.length(2);
  });
  it('tells at once that another tab has logged out', async () => {
    const page = await waiting();
    const identity = await world.login();
    await init(page, identity);
    const other = await load();
    await init(other, identity);
    await disconnect(other);
    await hears(page, 3);
    expect([(await heard(page)).slice(2), await answers(page)]).to.deep.equal([[['IdentityUpdated', null]], GONE]);
    await answer(page);
    expect([(await heard(page)).length, await answers(page)]).to.deep.equal([3, GONE]);
  });
  it('tells once of who is stored, where GDPR applies by its first answer and not by its next', async () => {
    const { advertising_token: first, ...rest } = await world.login();
    await init(await load(), { advertising_token: first, ...rest });
    const page = await waiting();
    await init(page);
    await page.evaluate(() => (window as any).answer(true));
    const before = (await heard(page)).length;
    await answer(page);
    expect((await heard(page)).slice(before)).to.deep.equal([[1, first], ['IdentityUpdated', first]]);
  });
});
