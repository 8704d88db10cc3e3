// R19: every situation of shared/SITUATIONS.md: what status() says, and that the docs lead to the cure.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { bundleOf } from '../harness/bundles.ts';
import { listed } from '../reasons.ts';
import { BEFORE_11, bundle, PREBID_9 } from './bundle.ts';
import { type Bundle, type Situation, SITUATIONS } from './situations.ts';
import { expectTokenOf } from './several.ts';
import { warningsOf } from './spies.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, type Visitor } from './visitor.ts';

const DOCS = readFileSync(path.join(__dirname, '../../modules/uid2IdSystem.md'), 'utf8');
const ROWS = 43;
/** Not in the table: it has no module to ask. */
const MISSING = { 28: 'r19Missing.test.ts' };

const BUNDLES: Record<Bundle, () => Promise<string>> = {
  alone: () => bundle(),
  rules: () => bundle('ours', 'allowActivities', 'consentManagementGpp', 'gppControl_usnat', 'tcfControl'),
  storageControl: () => bundle('ours', 'storageControl'),
  small: () => bundleOf({ modules: ['uid2IdSystem', 'appnexusBidAdapter'], disable: ['UID2_CSTG'] }),
};

/** The last cell of the docs' table row whose first one has this in it. */
function cureOf(head: string, isNamed: (first: string) => boolean): string {
  const rows = DOCS.slice(DOCS.indexOf(`| ${head} |`)).split('\n\n')[0].split('\n').slice(2);
  const row = rows.map((line) => line.split('|').map((cell) => cell.trim())).find(([, first]) => isNamed(first));
  expect(row, 'a row of the docs').to.be.an('array');
  return row!.at(-2)!;
}

/** The docs' cure of a situation. */
function documented({ status: { reason }, cure }: Situation): string {
  if (Array.isArray(cure)) return cureOf('What you see', (first) => first.startsWith(cure[0]));
  return cureOf('`reason`', (names) => names.split(', ').includes(`\`${listed(reason)}\``));
}

async function expectStatus({ status, warning, isEarly, email = EMAIL }: Situation, visitor: Visitor): Promise<void> {
  if (isEarly) {
    expect(await visitor.userIds()).to.deep.equal({});
    return expect(await visitor.status()).to.deep.include(status) as never;
  }
  const auction = await visitor.auction();
  expect(await visitor.status()).to.deep.include(status);
  if (status.reason !== 'ok') expectNoUid2(auction);
  const { withheldFrom = [] } = status;
  for (const bidder of withheldFrom) expect(auction.uid2[bidder], bidder).to.equal(undefined);
  const others = Object.entries(auction.uid2).filter(([bidder]) => !withheldFrom.includes(bidder));
  if (status.reason === 'ok') await expectTokenOf(email, { ...auction, uid2: Object.fromEntries(others) });
  if (warning) expect((await warningsOf(visitor.page)).join()).to.match(warning);
}

describe('The situations (R19)', () => {
  it('are all here, but for those that another file has', () => {
    const rows = new Set([...SITUATIONS.map(({ row }) => row), ...Object.keys(MISSING).map(Number)]);
    expect([...rows].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: ROWS }, (_, index) => index + 1));
  });

  const isThere = ({ since }: Situation) => !(since && BEFORE_11) || (since === 10 && !PREBID_9);
  for (const { row, title, since } of SITUATIONS.filter((one) => !isThere(one))) it.skip(`${row}: ${title} (only since Prebid ${since})`);

  for (const [kind, prebid] of Object.entries(BUNDLES)) {
    const situations = SITUATIONS.filter(({ bundle: name = 'alone' }) => name === kind).filter(isThere);
    (situations.length > 0 ? describe : describe.skip)(`with the bundle: ${kind}`, () => {
      const world = inBrowser({ prebid });
      for (const situation of situations) {
        const { row, title, open, status: { reason }, cure } = situation;
        it(`${row}: ${title}: ${reason}`, async () => {
          await expectStatus(situation, await open(world));
          expect(documented(situation)).to.include(Array.isArray(cure) ? cure[1] : cure);
        });
      }
    });
  }
});
