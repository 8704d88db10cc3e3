import { attempt } from '../uid2Session/parse.js';
import { keyOfEntry } from '../uid2Session/given.js';
import { closeUnlessKnown, isOpen, type Facade, type OtherPrebid } from './facade.js';
import type { Params } from '../uid2Session/params.js';

/** Passes on whom the page names now (without a `reader`, whom it has named before) and looks, if consent is known. */
export function passOn(facade: Facade, reader?: Params): void {
  const { parts: { page, session }, others } = facade;
  closeUnlessKnown(facade);
  // what has happened before: the page may have removed the record itself
  if (isOpen(facade)) attempt(session.takeIn);
  const given = page.given();
  const { sdkSettings } = given;
  const sdkReader = reader ?? given.sdkReader;
  const key = keyOfEntry(given);
  const hasEnded = sdkReader && typeof key === 'string' && session.hasEnded(key);
  // whom the page names takes the place of the reader in Prebid's config, if that one is over
  const isOver = hasEnded || (reader && session.isSuperseded());
  page.say({ sdkReader, ...(isOver && { overriddenBySdk: key }) });
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
