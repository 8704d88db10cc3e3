// What is said about the reasons of pbjs.uid2.status(): in the module's documentation, and in words on the example site.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { reasonInWords } from '../../integrationExamples/uid2/panel/words.ts';
import { ELSEWHERE, REASONS } from '../reasons.ts';

const read = (file: string) => readFileSync(path.resolve(__dirname, '..', file), 'utf8');
const text = read('../modules/uid2IdSystem.md');

/** The rows of the table with this first column, each a list of cells. */
function tableOf(head: string): string[][] {
  const rows = text.slice(text.indexOf(`| ${head} |`)).split('\n\n')[0].trim().split('\n').slice(2);
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));
}

describe('the reasons of status()', () => {
  const documented = tableOf('`reason`').flatMap(([names]) => names.split(', ').map((name) => name.replaceAll('`', '')));

  it('are those that the documentation lists', () => {
    expect(documented).to.have.members(REASONS);
  });
  it('are documented with a meaning each, and all but ok with a cure', () => {
    for (const [reason, means, cure] of tableOf('`reason`')) {
      expect(means, reason).to.not.equal('');
      if (reason !== '`ok`') expect(cure, reason).to.not.equal('');
    }
  });
  it('are each in the test that is said to reach it', () => {
    for (const [reason, file] of Object.entries(ELSEWHERE)) expect(read(file), reason).to.include(`'${reason}'`);
  });
  it('are on the example site in words, no two alike', () => {
    const words = [...REASONS.filter((reason) => reason !== 'http <status>'), 'http 400', 'http 503'].map(reasonInWords);
    expect(new Set(words.map((said) => said!.replace(/ \(.*/, ''))).size).to.equal(words.length);
  });
  it('stand in the words, as the documentation has them', () => {
    for (const reason of REASONS) expect(reasonInWords(reason)).to.include(`(${reason})`);
  });
});
