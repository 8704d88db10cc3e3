// The banner that both SSPs answer with: plain HTML, nothing to load.

/** A 300x250 banner naming who sold it; `seller` is ours, never from a request. */
export function banner(seller: string, price: number): string {
  return `<style>body{margin:0}</style><div style="box-sizing:border-box;width:300px;height:250px;padding:24px;display:flex;flex-direction:column;
justify-content:space-between;color:#fff;background:linear-gradient(150deg,#1f4fd8,#0b7a75);font:15px/1.4 system-ui,sans-serif">
<div style="font-size:12px;opacity:.85">Advertisement</div>
<div style="font-size:26px;font-weight:650;line-height:1.15">Mountain air,<br>two hours away.</div>
<div style="font-size:12px;opacity:.85">Sold by ${seller}, $${price.toFixed(2)} CPM</div></div>`;
}
