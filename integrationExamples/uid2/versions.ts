// Scripts and styles that a browser may keep: each version has an address of its own, which ends in `?<version>`.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RequestHandler } from 'express';
import { Html } from './pages.js';
import { bundle, SCRIPTS } from './scripts.js';

export const STYLE = resolve(__dirname, 'pages', 'style.css');

const KEPT = 'max-age=31536000, immutable';

/** The version of each file, by its name; of one that is not there yet, ''. */
export type Versions = Record<string, string>;

const ofText = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

const ofFile = (file: string) => stat(file).then(({ size, mtimeMs }) => ofText(`${size} ${mtimeMs}`), () => '');

let scripts: Promise<Versions> | undefined;

/** They are made once per process, and so are their versions. */
const ofScripts = (): Promise<Versions> => (scripts ??= Promise.all(
  SCRIPTS.map(async (name) => [`${name}.js`, ofText(await bundle(name))])).then(Object.fromEntries));

/** Looks what the pages of this site load now; `prebid` is the path of its bundle. */
export const versionsOf = async (prebid: string): Promise<Versions> =>
  ({ 'prebid.js': await ofFile(prebid), 'style.css': await ofFile(STYLE), ...await ofScripts() });

/** Their addresses, for pages: those of `prebid.js` as `prebid`, and so on. */
export const addressesOf = (versions: Versions): Record<string, Html> => Object.fromEntries(
  Object.entries(versions).map(([file, version]) => [file.split('.')[0], new Html(version ? `/${file}?${version}` : `/${file}`)]));

/** Lets a browser keep what it has asked for by its version. */
export const keepVersions = (versions: () => Promise<Versions>): RequestHandler => async (req, res, next) => {
  const [path, asked] = req.url.slice(1).split('?');
  if (asked && asked === (await versions())[path]) res.set('cache-control', KEPT);
  next();
};
