import { attempt } from '../uid2Session/parse.js';
import { keyOf, paramsOfEntry, tokenOf, withEntry } from '../uid2Session/given.js';
import { closeUnlessKnown, isOpen, type Facade, type OtherPrebid } from './facade.js';
import type { Params } from '../uid2Session/params.js';

/** Whether whom the page names now, if anybody, takes the place of the reader in Prebid's config. */
function overridesEntry({ parts: { page, session } }: Facade, reader?: Params): boolean {
  const { sdkReader: before } = page.given();
  const isSuperseded = reader !== before && session.isSuperseded();
  return reader !== undefined && (isSuperseded || session.hasEnded(tokenOf(paramsOfEntry(withEntry(page.given())))));
}

/** Passes on whom the page names now, and looks; without a `reader`, whom it has named before. */
export function passOn(facade: Facade, reader?: Params): void {
  const { parts: { page, session }, others } = facade;
  closeUnlessKnown(facade);
  // what has happened before: the page may have removed the record itself
  if (isOpen(facade)) attempt(session.takeIn);
  const { sdkSettings, sdkReader } = page.given();
  const named = reader ?? sdkReader;
  if (overridesEntry(facade, named)) page.say({ overriddenBySdk: keyOf(paramsOfEntry(withEntry(page.given()))) });
  page.say({ sdkReader: named });
  // before our look, as that tells them of a record: then they know its operator
  others.forEach((other) => other({ sdkSettings }));
  if (isOpen(facade)) attempt(session.look);
  else attempt(session.notice);
  others.forEach((other) => tellOther(facade, other));
}

/** What another Prebid may know, as any script may ask for it: never an address, whose record comes by storage. */
export function tellOther({ parts: { page } }: Facade, other: OtherPrebid): void {
  const { sdkSettings, sdkReader } = page.given();
  other({ sdkSettings, sdkReader: sdkReader?.uid2Token ? sdkReader : undefined });
}
