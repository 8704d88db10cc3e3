/** The EU's section of a GPP string. */
const TCF_EU = 2;

/** What consent modules say. */
export type Consent = {
  gdpr?: { gdprApplies?: boolean } | null;
  gpp?: { applicableSections?: unknown } | null;
  coppa?: boolean;
};

/** Which consent rule forbids everything, if one does. */
export function deniedBy({ gdpr, gpp, coppa }: Consent): string | undefined {
  const sections = gpp?.applicableSections;
  if (gdpr?.gdprApplies || (Array.isArray(sections) && sections.includes(TCF_EU))) return 'gdprApplies';
  return coppa ? 'coppa' : undefined;
}

/** What is asked: consent, and whether an activity rule allows to give bids an ID. */
type Asked = { consent(): Consent; isAllowed(activity: 'enrichEids'): boolean };

/** Why everything is forbidden now. Activity rules are asked only on a `recheck`, as Prebid logs each answer. */
export function denialOf({ consent, isAllowed }: Asked): (how?: 'recheck') => string | undefined {
  let isDenied = false;
  return (how) => {
    const denial = deniedBy(consent());
    if (how === 'recheck' && denial === undefined) isDenied = !isAllowed('enrichEids');
    return denial ?? (isDenied ? 'enrichEids denied' : undefined);
  };
}
