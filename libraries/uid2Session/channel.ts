import { attempt, type Loose } from './parse.js';
import type { News } from './types.js';

/** Another tab's cookie may be seen only after its message, ms. */
const COOKIE_LAG_MS = 100;

type Hear = (news?: News) => void;

/** What an event of this document says: who has sent it. */
type Detail = { from: object };

/** The way to the origin's other documents, and to other Prebids in this one. */
export type Channel = {
  /** Hears the others from now on. */
  listen(hear: Hear): void;
  open(hear: Hear): void;
  /** An open channel may keep a page out of the cache for Back. */
  close(): void;
  tell(news: News): void;
};

/** A channel of this name; within the document an event of the same name, as it comes at once. */
export function channelOf(name: string): Channel {
  const me = {};
  const held: { channel?: BroadcastChannel } = {};

  function open(hear: Hear) {
    if (held.channel) return;
    held.channel = attempt(() => new BroadcastChannel(name));
    held.channel?.addEventListener('message', ({ data }) => {
      hear(newsFrom(data));
      setTimeout(hear, COOKIE_LAG_MS);
    });
  }

  return {
    open,
    listen(hear) {
      addEventListener(name, (event) => {
        const { from }: Partial<Detail> = (event as CustomEvent).detail ?? {};
        if (from !== me) hear();
      });
      open(hear);
    },
    close() {
      held.channel?.close();
      held.channel = undefined;
    },
    tell(news) {
      const detail: Detail = { from: me };
      attempt(() => dispatchEvent(new CustomEvent(name, { detail })));
      attempt(() => held.channel?.postMessage(news));
    },
  };
}

/** News from another document, whatever that may have sent. */
function newsFrom(data: unknown): News {
  const { since, salt, ended } = (data ?? {}) as NonNullable<Loose>;
  if (typeof since !== 'number' || !(since < 1e15)) return {};
  const tokens: unknown[] = Array.isArray(ended) ? ended : [];
  return { since, salt: Number(salt), ended: tokens.filter((one) => typeof one === 'string') };
}
