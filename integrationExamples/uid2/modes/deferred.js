var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

// The entry is always there; it names nobody before the reader is known.
const configure = (params) => pbjs.setConfig({ userSync: { auctionDelay: 1000, userIds: [{ name: 'uid2', params }] } });
pbjs.que.push(() => configure());
pbjs.que.push(findUser);

// When the page has loaded, and after a login.
async function findUser() {
  const { dii } = await (await fetch('/user')).json();
  if (dii) onLogin(dii);
}

// dii is { email } or { phone }. The very next auction waits for the token.
function onLogin(dii) {
  configure({
    serverPublicKey: '{{serverPublicKey}}',
    subscriptionId: '{{subscriptionId}}', uid2ApiBase: '{{uid2ApiBase}}',
    ...dii
  });
}

// When the reader logs out.
function onLogout() {
  pbjs.que.push(() => pbjs.uid2?.disconnect());
  pbjs.que.push(() => configure());
  return fetch('/logout', { method: 'POST' });
}
