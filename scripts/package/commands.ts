// A command as one file, so that installing the package installs nothing else; with the licenses of what is in it.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const PACKAGE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;

function licenseOf(folder: string): string {
  const file = fs.readdirSync(folder).find((name) => /^licen[sc]e/i.test(name));
  if (file) return fs.readFileSync(path.join(folder, file), 'utf8').trim();
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).license;
}

/** Bundles `entry` for node; its notices go beside it. */
export async function makeCommand(root: string, entry: string, to: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [path.join(root, entry)],
    outfile: to,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    tsconfigRaw: {},
    logLevel: 'warning'
  });
  const packages = new Map(Object.keys(metafile.inputs).flatMap((name) => {
    const found = PACKAGE.exec(name);
    return found ? [[found[2], path.join(root, found[1])] as const] : [];
  }));
  const notices = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, folder]) => `${name}\n\n${licenseOf(folder)}\n`);
  fs.writeFileSync(to.replace(/\.cjs$/, '.licenses.txt'), notices.join('\n\n'));
}
