// The Prebid bundles of these tests, built once for all files.
import path from 'node:path';
import { prebidAt } from '../../scripts/build/download.ts';
import { build } from '../../scripts/build/index.ts';

/** Another version of Prebid, or where it is. */
const { PREBID } = process.env;
/** Older ones do some things in their own way. */
export const PREBID_9 = /^9\./.test(PREBID ?? '');
export const BEFORE_11 = /^(9|10)\./.test(PREBID ?? '');
const DIRECTORY = path.resolve(__dirname, '../../build/e2e');
const MODULES = [
  'uid2IdSystem', 'consentManagementTcf', 'prebidServerBidAdapter',
  'appnexusBidAdapter', 'ixBidAdapter', 'openxBidAdapter', 'pubmaticBidAdapter', 'rubiconBidAdapter', 'theAdxBidAdapter'
];

type Whose = 'ours' | 'prebid';

const files = new Map<string, Promise<string>>();

/** The path of a Prebid bundle with our module, or Prebid's own, real SSPs' adapters, and whatever else. */
export function bundle(uid2: Whose = 'ours', ...more: string[]): Promise<string> {
  const name = ['prebid', ...(PREBID ? [path.basename(PREBID)] : []), ...(uid2 === 'ours' ? [] : ['original']), ...more].join('.');
  const options = { modules: [...MODULES, ...more], out: path.join(DIRECTORY, `${name}.js`), uid2, prebid: PREBID && prebidAt(PREBID) };
  const file = files.get(name) ?? build(options).then((result) => result.file);
  files.set(name, file);
  return file;
}
