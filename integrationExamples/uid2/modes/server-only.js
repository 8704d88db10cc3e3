var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

// Without a token, keep the entry and leave out its value. With an empty list, Prebid would go on sending the old token.
const userSyncWith = (token) => ({
  auctionDelay: 500,
  userIds: [token ? { name: 'uid2', value: { uid2: { id: token } } } : { name: 'uid2' }]
});

// From your server: only advertising_token, or null.
pbjs.que.push(() => pbjs.setConfig({ userSync: userSyncWith('{{advertisingToken}}') }));

// Before each later auction. Your server refreshes the identity when that is due.
async function askForToken() {
  const { token } = await (await fetch('/token')).json();
  pbjs.setConfig({ userSync: userSyncWith(token) });
  await pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
}

// When the reader logs out. This page would go on sending its value.
async function onLogout() {
  pbjs.que.push(() => pbjs.uid2?.disconnect());
  await fetch('/logout', { method: 'POST' });
  location.reload();
}
