var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

// Without a token, keep the entry and leave out its value. With an empty list, Prebid would go on sending the old token.
const userSyncWith = (token) => ({
  auctionDelay: 500,
  userIds: [token ? { name: 'uid2', value: { uid2: { id: token } } } : { name: 'uid2' }]
});

// Your server writes the token here: only advertising_token, or null.
pbjs.que.push(() => pbjs.setConfig({ userSync: userSyncWith('{{advertisingToken}}') }));

// Before each later auction. Your server refreshes the identity when that is due.
async function askForToken() {
  const { token } = await (await fetch('/token')).json();
  pbjs.setConfig({ userSync: userSyncWith(token) });
  await pbjs.refreshUserIds();
}

// When the reader logs out. It does not know of a value: load the page again after it.
function onLogout() {
  pbjs.uid2.disconnect();
}
