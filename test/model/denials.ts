import { ask } from './prebid.ts';
import { adopting } from './adopting.ts';
import type { Activity, Event } from './events.ts';
import type { Loaded, World } from './loaded.ts';
import type { Consent } from '../../libraries/uid2Session/consent.js';

// Consent and activity rules turn.

type Says = Extract<Event, ['consent', ...unknown[]]>[2];

const NO_CONSENT: Record<Says, Consent> = {
  allowed: { gdpr: { gdprApplies: false }, coppa: false },
  denied: { gdpr: { gdprApplies: true }, coppa: false },
  coppa: { gdpr: { gdprApplies: false }, coppa: true },
  gpp: { gdpr: { gdprApplies: false }, gpp: { applicableSections: [2] }, coppa: false },
};

/** The module may do nothing while either denies, before consent is known, nor without an entry in the config, unless the page has begun with `__uid2`. */
export function deny(world: World, page: Loaded, isInit = page.sdk?.isInitComplete()) {
  const { gdpr, gpp, coppa } = page.consent;
  const isConsentDenied = gdpr!.gdprApplies || gpp !== undefined || coppa!;
  page.denied = page.isWaiting || isConsentDenied || page.isEnrichDenied || (page.isOut && !isInit);
  // consent is known at once
  if (isConsentDenied) page.unaware = false;
  world.rules.past.trouble();
}

/** The consent platform has answered: Prebid asks for IDs, and `window.__uid2` begins. */
export function known(world: World, page: Loaded) {
  page.isWaiting = false;
  deny(world, page);
  return world.browser.run(page.tab, () => {
    const adopt = page.opens && adopting(world);
    ask(world, page, page.way);
    page.opens?.();
    adopt?.();
  });
}

export async function consent(world: World, page: Loaded, says: Says, heard: 'heard' | 'unheard') {
  const isUnknown = page.isEnrichDenied || page.blind;
  page.consent = NO_CONSENT[says];
  if (page.isWaiting) return known(world, page);
  deny(world, page);
  // nobody has asked for activity rules meanwhile
  if (says === 'allowed' && isUnknown) page.unaware = true;
  if (heard === 'heard') await world.browser.run(page.tab, () => ask(world, page, 'getId'));
}

/** A rule of Prebid's activity controls turns: nothing tells so. */
export async function rule(world: World, page: Loaded, activity: Activity, isDenied: boolean) {
  if (activity === 'accessDevice') {
    page.blind = isDenied;
    page.unaware = true;
    page.seen = undefined;
  } else {
    page.unaware ||= page.isEnrichDenied !== isDenied;
    page.isEnrichDenied = isDenied;
  }
  deny(world, page);
}

/** All is allowed again. */
export function allow(world: World, page: Loaded) {
  page.consent = NO_CONSENT.allowed;
  page.isEnrichDenied = page.blind = false;
  deny(world, page);
}
