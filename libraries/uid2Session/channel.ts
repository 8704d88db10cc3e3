import { attempt, type Loose } from './parse.js';
import type { News } from './types.js';

/** Another tab's cookie may be seen only after its message, ms. */
const LATE_MS = 100;

type Hear = (news?: News) => void;

/** What an event of this document says: who has sent it, and whether the operator is asked. */
type Detail = { from: object; isAsking?: boolean };

/** The way to the origin's other documents, and to other Prebids in this one. */
export type Channel = {
  /** Hears the others from now on; `asked` of requests in this document. */
  listen(hear: Hear, asked: () => void): void;
  open(hear: Hear): void;
  /** An open channel may keep a page out of the cache for Back. */
  close(): void;
  tell(news: News): void;
  tellAsked(): void;
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
      setTimeout(hear, LATE_MS);
    });
  }

  const tellHere = (isAsking = false) => attempt(() => {
    const detail: Detail = { from: me, isAsking };
    dispatchEvent(new CustomEvent(name, { detail }));
  });

  return {
    open,
    listen(hear, asked) {
      addEventListener(name, (event) => {
        const { from, isAsking }: Partial<Detail> = (event as CustomEvent).detail ?? {};
        if (from === me) return;
        if (isAsking) asked();
        else hear();
      });
      open(hear);
    },
    close() {
      held.channel?.close();
      held.channel = undefined;
    },
    tell(news) {
      tellHere();
      attempt(() => held.channel?.postMessage(news));
    },
    tellAsked: () => tellHere(true),
  };
}

/** News from another document, whatever that may have sent. */
function newsFrom(data: unknown): News {
  const { since, salt, ended } = (data ?? {}) as NonNullable<Loose>;
  if (typeof since !== 'number' || !(since < 1e15)) return {};
  const tokens: unknown[] = Array.isArray(ended) ? ended : [];
  return { since, salt: Number(salt), ended: tokens.filter((one) => typeof one === 'string') };
}
