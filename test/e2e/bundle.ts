// The Prebid bundles of these tests.
import { prebidAt } from '../../scripts/build/download.ts';
import { bundleOf } from '../harness/bundles.ts';

/** Another version of Prebid, or where it is. */
const { PREBID } = process.env;
/** Older ones do some things in their own way. */
export const PREBID_9 = /^9\./.test(PREBID ?? '');
export const BEFORE_11 = /^(9|10)\./.test(PREBID ?? '');
const MODULES = [
  'uid2IdSystem', 'consentManagementTcf', 'prebidServerBidAdapter',
  'appnexusBidAdapter', 'ixBidAdapter', 'openxBidAdapter', 'pubmaticBidAdapter', 'rubiconBidAdapter', 'theAdxBidAdapter'
];

type Whose = 'ours' | 'prebid';

/** The path of a Prebid bundle with our module, or Prebid's own, real SSPs' adapters, and whatever else. */
export function bundle(uid2: Whose = 'ours', ...more: string[]): Promise<string> {
  return bundleOf({ modules: [...MODULES, ...more], uid2, prebid: PREBID && prebidAt(PREBID) });
}
