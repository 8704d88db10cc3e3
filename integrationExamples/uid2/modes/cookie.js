var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

// After a login your server sets this cookie. The module reads it, and refreshes the token.
pbjs.que.push(() => pbjs.setConfig({
  userSync: {
    auctionDelay: 500, // ms that an auction may wait for a token
    userIds: [{ name: 'uid2', params: { uid2Cookie: 'uid2_pub_cookie', uid2ApiBase: '{{uid2ApiBase}}' } }]
  }
}));

// When the reader logs out.
function onLogout() {
  pbjs.que.push(() => pbjs.uid2?.disconnect());
  return fetch('/logout', { method: 'POST' });
}
