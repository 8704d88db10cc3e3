/** The EU's section of a GPP string. */
const TCF_EU = 2;

/** What consent modules say. */
export type Consent = {
  gdpr?: { gdprApplies?: boolean } | null;
  gpp?: { applicableSections?: unknown } | null;
  coppa?: boolean;
};

/** Which consent rule forbids everything, if one does. */
export function consentDenial({ gdpr, gpp, coppa }: Consent): string | undefined {
  const sections = gpp?.applicableSections;
  if (gdpr?.gdprApplies || (Array.isArray(sections) && sections.includes(TCF_EU))) return 'gdprApplies';
  return coppa ? 'coppa' : undefined;
}

/** What is needed to tell: consent, and whether an activity rule allows to give bids an ID. */
type Sources = { consent(): Consent; isAllowed(activity: 'enrichEids'): boolean };

/** Tells why everything is forbidden now. Asks activity rules only on a `recheck`, as Prebid logs each answer. */
export function createDenial({ consent, isAllowed }: Sources): (how?: 'recheck') => string | undefined {
  let isDenied = false;
  return (how) => {
    const denial = consentDenial(consent());
    if (how === 'recheck' && denial === undefined) isDenied = !isAllowed('enrichEids');
    return denial ?? (isDenied ? 'enrichEids denied' : undefined);
  };
}
