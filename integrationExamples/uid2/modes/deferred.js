var pbjs = pbjs || {};
pbjs.que = pbjs.que || [];

// There is no uid2 entry before the reader is known.
const nobody = () => ({ auctionDelay: 1000, userIds: [] });
pbjs.que.push(() => pbjs.setConfig({ userSync: nobody() }));
pbjs.que.push(findUser);

// When the page has loaded, and after a login.
async function findUser() {
  const { dii } = await (await fetch('/user')).json();
  if (dii) onLogin(dii);
}

// `dii` is { email } or { phone }. The very next auction waits for the token.
function onLogin(dii) {
  const params = {
    serverPublicKey: '{{serverPublicKey}}',
    subscriptionId: '{{subscriptionId}}',
    uid2ApiBase: '{{uid2ApiBase}}', ...dii
  };
  pbjs.mergeConfig({ userSync: { userIds: [{ name: 'uid2', params }] } });
  pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
}

// When the reader logs out.
function onLogout() {
  pbjs.uid2.disconnect();
  pbjs.setConfig({ userSync: nobody() });
}
