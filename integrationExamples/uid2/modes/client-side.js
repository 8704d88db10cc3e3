var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

// The key and the subscription are from the UID2 portal. Your server says who is logged in, or null.
pbjs.que.push(() => pbjs.setConfig({
  userSync: {
    auctionDelay: 1000, // ms that an auction may wait for a token
    userIds: [{
      name: 'uid2',
      params: {
        serverPublicKey: '{{serverPublicKey}}',
        subscriptionId: '{{subscriptionId}}', uid2ApiBase: '{{uid2ApiBase}}',
        '{{kind}}': '{{user}}'
      }
    }]
  }
}));

// When the reader logs out.
function onLogout() {
  pbjs.que.push(() => pbjs.uid2?.disconnect());
  return fetch('/logout', { method: 'POST' });
}
