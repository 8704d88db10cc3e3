var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

const userSyncWith = (uid2Token) => ({
  auctionDelay: 500, // ms that an auction may wait for a token
  userIds: [{ name: 'uid2', params: { uid2Token, uid2ApiBase: '{{uid2ApiBase}}' } }]
});

// From your server: the identity, which is the body of UID2's answer, { status: 'optout' }, or null if nobody is logged in.
pbjs.que.push(() => pbjs.setConfig({ userSync: userSyncWith('{{uid2Token}}') }));

// When another identity comes without a page load.
function onNewToken(uid2Token) {
  pbjs.setConfig({ userSync: userSyncWith(uid2Token) });
}

// When the reader logs out.
function onLogout() {
  pbjs.que.push(() => pbjs.uid2?.disconnect());
  return fetch('/logout', { method: 'POST' });
}
