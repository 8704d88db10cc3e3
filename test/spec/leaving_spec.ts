// What a page that is left does to what other tabs have told (R14).
import { expect } from 'chai';
import { NOTE_KEY } from './support/browser';
import { fault } from './support/operator';
import { identity, now, openPage, setTime } from './support/page';

const note = () => JSON.parse(localStorage.getItem(NOTE_KEY)!);

describe('uid2 leaving', () => {
  it('keeps a logout of another tab that the page has not heard of yet, and no failure from before it', async () => {
    const uid2Token = await identity('expired');
    await fault({ kind: 'close' });
    await openPage().ask({ uid2Token }).done;
    // the second failure in a row: leaving takes back to the first
    await setTime(8e3);
    await openPage().ask({ uid2Token }).done;
    const [{ failures }] = Object.values<{ failures: number }>(note().pauses);
    const logout = { since: now() + 1, ended: ['12345678'], pauses: {} };
    localStorage.setItem(NOTE_KEY, JSON.stringify(logout));
    window.dispatchEvent(new Event('pagehide'));
    expect([failures, note()]).to.deep.equal([2, logout]);
  });
});
