// The Prebid bundle of these tests, built once for all files.
import path from 'node:path';
import { build } from '../../scripts/build/index.ts';

const FILE = path.resolve(__dirname, '../../build/e2e/prebid.js');
const MODULES = [
  'uid2IdSystem', 'consentManagementTcf', 'prebidServerBidAdapter',
  'appnexusBidAdapter', 'ixBidAdapter', 'openxBidAdapter', 'pubmaticBidAdapter', 'rubiconBidAdapter', 'theAdxBidAdapter'
];

let file: Promise<string> | undefined;

/** The path of a Prebid bundle with our module and real SSPs' adapters. */
export function bundle(): Promise<string> {
  file ??= build({ modules: MODULES, out: FILE }).then((result) => result.file);
  return file;
}
