// The Prebid bundle of these tests, built once for all files.
import path from 'node:path';
import { build } from '../../scripts/build/index.ts';

const FILE = path.resolve(__dirname, '../../build/e2e/prebid.js');
const MODULES = [
  'uid2IdSystem', 'consentManagementTcf', 'prebidServerBidAdapter',
  'appnexusBidAdapter', 'ixBidAdapter', 'openxBidAdapter', 'pubmaticBidAdapter', 'rubiconBidAdapter', 'theAdxBidAdapter'
];

type Whose = 'ours' | 'prebid';

const files: Partial<Record<Whose, Promise<string>>> = {};

/** The path of a Prebid bundle with our module, or Prebid's own, and real SSPs' adapters. */
export function bundle(uid2: Whose = 'ours'): Promise<string> {
  const out = uid2 === 'ours' ? FILE : FILE.replace(/\.js$/, '.original.js');
  files[uid2] ??= build({ modules: MODULES, out, uid2 }).then((result) => result.file);
  return files[uid2];
}
