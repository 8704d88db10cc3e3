// Time after a simulated sleep: Date is ahead of the real one in all open pages, while their timers have not gone off.
const Real = Date;
const pages = new BroadcastChannel('clock');
let ahead = Number(document.currentScript!.dataset.ahead);

class Ahead extends Real {
  constructor(...given: unknown[]) {
    super(...(given.length ? given : [Ahead.now()]) as [number]);
  }

  static now() {
    return Real.now() + ahead;
  }
}

window.Date = Ahead as unknown as DateConstructor;
pages.onmessage = ({ data }) => { ahead = data; };
window.setClocks = (ms) => {
  ahead = ms;
  pages.postMessage(ms);
};

export {};
