var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];
window.__uid2 = window.__uid2 || {};
__uid2.callbacks = __uid2.callbacks || [];

// Prebid has to know that uid2 is wanted. Params are not needed.
pbjs.que.push(() => pbjs.setConfig({ userSync: { auctionDelay: 500, userIds: [{ name: 'uid2' }] } }));

// From your server: the identity, which is the body of UID2's answer, { status: 'optout' }, or null if nobody is logged in.
__uid2.callbacks.push((event) => {
  if (event === 'SdkLoaded') __uid2.init({ identity: '{{uid2Token}}', baseUrl: '{{uid2ApiBase}}' });
});

// When another identity comes without a page load.
function onNewToken(identity) {
  __uid2.setIdentity(identity);
}

// When the reader logs out.
function onLogout() {
  pbjs.que.push(() => __uid2.disconnect());
  return fetch('/logout', { method: 'POST' });
}
