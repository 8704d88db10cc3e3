import { attempt, noteIn } from './parse.js';
import type { Note } from './types.js';

/** Another tab's cookie may be seen only after its message, ms. */
const COOKIE_LAG_MS = 100;

type OnChange = (news?: Note) => void;

/** What an event of this document says: who has sent it. */
type Detail = { from: object };

/** The way to the origin's other documents, and to other Prebids in this one. */
export type Channel = {
  /** Hears the others from now on. */
  listen(onChange: OnChange): void;
  open(onChange: OnChange): void;
  /** An open channel may keep a page out of the cache for Back. */
  close(): void;
  /** `news` is of a logout. */
  tell(news?: Note): void;
};

/** A channel of this name; within the document an event of the same name, as it comes at once. */
export function channelOf(name: string): Channel {
  const me = {};
  let channel: BroadcastChannel | undefined;

  function open(onChange: OnChange) {
    if (channel) return;
    channel = attempt(() => new BroadcastChannel(name));
    channel?.addEventListener('message', ({ data }) => {
      onChange(noteIn(data));
      setTimeout(onChange, COOKIE_LAG_MS);
    });
  }

  return {
    open,
    listen(onChange) {
      addEventListener(name, (event) => {
        const { from }: Partial<Detail> = (event as CustomEvent).detail ?? {};
        if (from !== me) onChange();
      });
      open(onChange);
    },
    close() {
      channel?.close();
      channel = undefined;
    },
    tell(news) {
      const detail: Detail = { from: me };
      // in a frame that is gone this may throw
      attempt(() => dispatchEvent(new CustomEvent(name, { detail })));
      attempt(() => channel?.postMessage(news));
    },
  };
}
