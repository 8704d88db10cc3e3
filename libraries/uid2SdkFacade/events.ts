/** A page whose callbacks answer each event by another call is told no more than this in one go. */
const MOST_EVENTS = 100;

export type Teller = {
  /** Whether a callback of the page is running. */
  isTelling(): boolean;
  /** Calls each of them; one that throws, or is no function, harms nobody else. */
  tell<T>(listeners: T[], call: (listener: T) => void): void;
};

/** Tells the page's callbacks. */
export function createTeller(warn: (message: string) => void): Teller {
  const running = { depth: 0, events: 0 };

  function tellOne<T>(listener: T, call: (listener: T) => void) {
    try {
      call(listener);
    } catch (e) {
      warn('UID2: a callback has thrown, or is no function');
    }
  }

  return {
    isTelling: () => running.depth > 0,
    tell(listeners, call) {
      running.events = running.depth ? running.events + 1 : 1;
      if (running.events > MOST_EVENTS) return;
      running.depth++;
      listeners.slice().forEach((listener) => tellOne(listener, call));
      running.depth--;
    },
  };
}
