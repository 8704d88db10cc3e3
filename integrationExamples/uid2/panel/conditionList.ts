// Conditions of the page that you switch on: each is a part of Prebid's config, there before the page's own.

type Config = Record<string, unknown>;

/** A condition as the address has it (`with=gdpr`). */
export type Condition = { name: string; label: string; hint: string; config: Config };

const NOBODY = { consents: {}, legitimateInterests: {} };
const TCF = { cmpApi: 'static', consentData: { getTCData: { tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies: true, purpose: NOBODY, vendor: NOBODY } } };
// a section for the USA in which the reader has opted out of the sale of their data
const US_OPT_OUT = {
  Version: 1, SaleOptOut: 1, SaleOptOutNotice: 1, SharingNotice: 1, SharingOptOut: 2, SharingOptOutNotice: 1,
  TargetedAdvertisingOptOut: 2, TargetedAdvertisingOptOutNotice: 1, SensitiveDataProcessing: Array(12).fill(0),
  SensitiveDataProcessingOptOutNotice: 0, SensitiveDataLimitUseNotice: 0, KnownChildSensitiveDataConsents: [0, 0],
  PersonalDataConsents: 0, MspaCoveredTransaction: 2, MspaServiceProviderMode: 0, Gpc: 0
};
const GPP = { cmpApi: 'static', consentData: { applicableSections: [7], parsedSections: { usnat: US_OPT_OUT }, gppString: 'DBABLA~BVVqAAAAAgA.QA' } };

const isTheAdx = ({ componentName }: { componentName: string }) => componentName === 'theadx';

export const CONDITIONS: readonly Condition[] = [
  { name: 'gdpr', label: 'GDPR', hint: 'The consent platform says that GDPR applies.', config: { consentManagement: { gdpr: TCF } } },
  { name: 'coppa', label: 'COPPA', hint: 'The page is for children.', config: { coppa: true } },
  { name: 'gpp', label: 'GPP opt-out', hint: 'The reader has opted out of a sale (USA).', config: { consentManagement: { gpp: GPP } } },
  { name: 'no-storage', label: 'Storage blocked', hint: 'Prebid’s deviceAccess is false.', config: { deviceAccess: false } },
  { name: 'bidder', label: 'Bidder denied', hint: 'A rule denies theAdx all IDs.', config: { allowActivities: { transmitEids: { rules: [{ condition: isTheAdx, allow: false }] } } } }
];

/** Those that this page's address names. */
export const conditionsOn = (search: string): Condition[] => {
  const names = new URLSearchParams(search).getAll('with');
  return CONDITIONS.filter(({ name }) => names.includes(name));
};

/** All of them as one config. */
export function configOf(conditions: Condition[]): Config {
  const consents = conditions.map(({ config }) => config.consentManagement).filter(Boolean);
  const config = Object.assign({}, ...conditions.map((condition) => condition.config));
  return consents.length ? { ...config, consentManagement: Object.assign({}, ...consents) } : config;
}

/** The address of this page with a mode, and with one condition on or off. */
export function addressWith(search: string, change: { mode?: string; condition?: string; on?: boolean }): string {
  const params = new URLSearchParams(search);
  if (change.mode) params.set('mode', change.mode);
  if (change.condition) params.delete('with', change.condition);
  if (change.condition && change.on) params.append('with', change.condition);
  return `/?${params}`;
}
