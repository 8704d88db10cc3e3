import { COPIES, USERS } from './rules/kinds.ts';
import type { User } from './operator.ts';
import type { World } from './loaded.ts';

/**
 * A page that is loaded finds whom an earlier one has named by `__uid2`: their copy may come before the publisher's
 * cookie, unless somebody else was named since.
 */
export function adopting({ browser, rules: { past } }: World): () => void {
  const texts = COPIES.map((key) => browser.local.get(key) ?? browser.cookie(key));
  const users = texts.map((text) => /"advertising_token":"(.)/.exec(text ?? '')?.[1] as User | undefined);
  const last = users.find((user) => user && USERS.every((other) => past.lastSaid(other) <= past.lastSaid(user)));
  return () => { if (last) past.says(last); };
}
