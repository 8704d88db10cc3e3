// The check of prose that npm run lint has: what it finds, what it leaves out, and that it can fail.
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const ABOUT = '# Title\n\nThe module keeps the token fresh. It asks once for all tabs.\n';
const words = (count: number) => `${Array.from({ length: count }, () => 'word').join(' ')}.`;
const HARD = 'Notwithstanding organisational heterogeneity, interoperability necessitates comprehensive institutional standardisation.\n';

describe('the check of prose', () => {
  const load = () => import('../../scripts/prose.mts');

  it('has nothing to say of short sentences', async () => {
    const { check } = await load();
    expect(check(ABOUT)).to.deep.equal([]);
  });
  it('reports a sentence of more than 30 words, with its line', async () => {
    const { check } = await load();
    expect(check(`${ABOUT}\n${words(30)}\n\n${words(31)}\n`)).to.have.length(1);
    const [{ line, message }] = check(`${ABOUT}\n${words(30)}\n\n${words(31)}\n`);
    expect([line, message]).to.satisfy(([at, text]: [number, string]) => at === 7 && text.startsWith('31 words in a sentence, at most 30'));
  });
  it('reports one in a list, and one in a table', async () => {
    const { check } = await load();
    const text = `- ${words(31)}\n\n| a | b |\n| --- | --- |\n| x | ${words(31)} |\n`;
    expect(check(text).map(({ line }) => line)).to.deep.equal([1, 5]);
  });
  it('counts a piece of code as one word, and no code block', async () => {
    const { check } = await load();
    expect(check(`${words(29).slice(0, -1)} \`a b c d\`.\n\n\`\`\`js\n${words(99)}\n\`\`\`\n`)).to.deep.equal([]);
  });
  it('does not count the address of a link', async () => {
    const { check } = await load();
    expect(check(`${words(29).slice(0, -1)} [link](https://example.com/${words(9).replaceAll(' ', '/')}).\n`)).to.deep.equal([]);
  });
  it('reports a text that only a scholar reads', async () => {
    const { check, gradeOf } = await load();
    expect(gradeOf(HARD)).to.be.above(10);
    expect(check(HARD).map(({ message }) => message.replace(/ \d.*/, ''))).to.deep.equal(['reading grade']);
  });
  it('finds a table\'s text too short to be graded', async () => {
    const { gradeOf } = await load();
    expect(gradeOf(`| a |\n| --- |\n| ${HARD.trim()} |\n`)).to.equal(0);
  });
  it('ends with 1 where it has found something, and names file and line', () => {
    mkdirSync(path.join(root, 'build'), { recursive: true });
    const directory = mkdtempSync(path.join(root, 'build/prose-'));
    try {
      writeFileSync(path.join(directory, 'long.md'), `${ABOUT}\n${words(31)}\n`);
      const run = (file: string) => execFileSync(process.execPath, ['--import', 'tsx', 'scripts/prose.mts', path.join(directory, file)],
        { cwd: root, encoding: 'utf8', stdio: 'pipe' });
      expect(() => run('long.md')).to.throw().with.property('stdout').that.match(/long\.md:5 {2}31 words/);
      writeFileSync(path.join(directory, 'short.md'), ABOUT);
      expect(run('short.md')).to.equal('');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
