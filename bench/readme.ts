// The sizes in README.md and modules/uid2IdSystem.md, between two comments, are written here and nowhere else.
import type { Sdk, Weights } from './bytes.ts';
import { numberOf } from './results.ts';

const BEGIN = '<!-- bytes: written by npm run bench -- --only bytes -->';
const END = '<!-- /bytes -->';

const ROWS = [['cstg', 'with client-side generation'], ['plain', 'without it: `--disable=UID2_CSTG`']] as const;

/** The files that hold them. */
export const WITH_BYTES = ['README.md', 'modules/uid2IdSystem.md'];

/** The table of bytes, as it stands there. */
export function bytesTable(weights: Weights, sdk: Sdk): string {
  const sizes = ({ difference: { minified, gzip, brotli } }: Sdk['cstg']) => [minified, gzip, brotli].map((size) => numberOf(size)).join(' / ');
  return [
    '| Bytes added to a build: minified / gzip / brotli | Prebid\'s own | this one | gzip, of theirs |',
    '| --- | --- | --- | --- |',
    ...ROWS.map(([kind, name]) => `| ${name} | ${sizes(weights.theirs[kind])} | ${sizes(weights.ours[kind])} | ` +
      `${(weights.ours[kind].difference.gzip / weights.theirs[kind].difference.gzip).toFixed(2)} × |`),
    ...ROWS.map(([kind], index) => `| \`uid2Sdk\` on top of the ${['first', 'second'][index]} | | ${sizes(sdk[kind])} | |`),
  ].join('\n');
}

/** The text of a file with these sizes in it; throws where there is no place for them. */
export function withBytes(text: string, weights: Weights, sdk: Sdk): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`there is no place for sizes: ${BEGIN} and ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${bytesTable(weights, sdk)}\n${text.slice(end)}`;
}
