
// The ads of this page. Two SSPs buy: one by Prebid Server, one by its adapter in the browser.
const banner = { banner: { sizes: [[300, 250]] } };

pbjs.que.push(() => {
  const endpoint = location.origin + '/openrtb2/auction';
  pbjs.setConfig({ s2sConfig: { accountId: '1', adapter: 'prebidServer', bidders: ['localssp'], enabled: true, timeout: 1000, endpoint } });
  // theAdx has one fixed address. Here its request goes to this site's own SSP.
  pbjs.onEvent('beforeBidderHttp', (bidder, request) => {
    request.url = request.url.replace('https://ssp.theadx.com/request', '/ssp/theadx');
  });
  // for screen readers: Prebid draws into a frame of its own
  pbjs.onEvent('adRenderSucceeded', ({ doc }) => doc.querySelectorAll('iframe').forEach((frame) => { frame.title = 'Creative'; }));
  pbjs.addAdUnits([
    { code: 'ad-server', mediaTypes: banner, bids: [{ bidder: 'localssp', params: { placement: '{{placement}}' } }] },
    { code: 'ad-client', mediaTypes: banner, bids: [{ bidder: 'theadx', params: { pid: '1', tagId: '{{placement}}' } }] }
  ]);
  runAuction();
});

function runAuction() {
  pbjs.requestBids({ timeout: 1500, bidsBackHandler: () => pbjs.getHighestCpmBids().forEach(render) });
}

function render({ adUnitCode, adId }) {
  const iframe = Object.assign(document.createElement('iframe'), { title: `Advertisement, ${adUnitCode}` });
  document.getElementById(adUnitCode).replaceChildren(iframe);
  iframe.contentDocument.body.style.margin = 0;
  pbjs.renderAd(iframe.contentDocument, adId);
}
