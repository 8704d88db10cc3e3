// Reports prose that is hard to read, in all *.md or the files named: long sentences, and a reading grade that is too high. Part of `npm run lint`;
// --verbose gives the grades.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fleschKincaid } from 'flesch-kincaid';
import type { Paragraph, Root, RootContent } from 'mdast';
import { toNlcst } from 'mdast-util-to-nlcst';
import type { Sentence } from 'nlcst';
import { toString } from 'nlcst-to-string';
import { ParseEnglish } from 'parse-english';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { syllable } from 'syllable';
import { visit } from 'unist-util-visit';
import { VFile } from 'vfile';

const root = fileURLToPath(new URL('..', import.meta.url));
const MOST_WORDS = 30;
const HIGHEST_GRADE = 10;
/** A heading or a label is no sentence. */
const FEWEST_WORDS = 3;

export type Finding = { line: number; message: string };
type Counted = { line: number; text: string; words: number; syllables: number; plain: number; isCell: boolean };

const markdown = remark().use(remarkGfm);

/** What is read as text: paragraphs, also those of lists, and the cells of tables. Code blocks and headings are neither. */
function textsIn(text: string): { paragraph: Paragraph; isCell: boolean }[] {
  const found: { paragraph: Paragraph; isCell: boolean }[] = [];
  visit(markdown.parse(text) as Root, (node: Root | RootContent) => {
    if (node.type === 'paragraph') found.push({ paragraph: node, isCell: false });
    if (node.type === 'tableCell') found.push({ paragraph: { ...node, type: 'paragraph' }, isCell: true });
  });
  return found;
}

/** A piece of code in a sentence counts as one word, of as many syllables as the words around it. */
function count(sentence: Sentence, isCell: boolean): Counted {
  const words: string[] = [];
  let pieces = 0;
  visit(sentence, (node) => {
    if (node.type === 'WordNode') words.push(toString(node));
    if (node.type === 'SourceNode') pieces += 1;
  });
  const syllables = words.reduce((sum, word) => sum + syllable(word), 0);
  const text = toString(sentence).replace(/\s+/g, ' ');
  return { line: sentence.position!.start.line, text, words: words.length + pieces, plain: words.length, syllables, isCell };
}

function sentencesIn(text: string): Counted[] {
  const file = new VFile(text);
  return textsIn(text).flatMap(({ paragraph, isCell }) => {
    const found: Counted[] = [];
    visit(toNlcst(paragraph, file, ParseEnglish), 'SentenceNode', (sentence: Sentence) => { found.push(count(sentence, isCell)); });
    return found.filter(({ words }) => words >= FEWEST_WORDS);
  });
}

const sum = (sentences: Counted[], of: (one: Counted) => number) => sentences.reduce((total, one) => total + of(one), 0);

/** The reading grade (Flesch-Kincaid) of a text without its code and tables; 0 of none. */
export function gradeOf(text: string): number {
  const sentences = sentencesIn(text).filter(({ isCell }) => !isCell);
  const words = sum(sentences, (one) => one.words);
  const plain = sum(sentences, (one) => one.plain);
  if (plain === 0) return 0;
  const syllables = words * sum(sentences, (one) => one.syllables) / plain;
  return fleschKincaid({ sentence: sentences.length, word: words, syllable: syllables });
}

/** The words in a sentence, on average. */
export function lengthOf(text: string): number {
  const sentences = sentencesIn(text).filter(({ isCell }) => !isCell);
  return sum(sentences, (one) => one.words) / sentences.length;
}

/** What is hard to read in a Markdown text, by line. */
export function check(text: string): Finding[] {
  const grade = gradeOf(text);
  const long = sentencesIn(text).filter(({ words }) => words > MOST_WORDS);
  return [
    ...(grade > HIGHEST_GRADE ? [{ line: 1, message: `reading grade ${grade.toFixed(1)}, at most ${HIGHEST_GRADE}` }] : []),
    ...long.map(({ line, words, text: said }) => ({ line, message: `${words} words in a sentence, at most ${MOST_WORDS}: ${said.slice(0, 60)}…` })),
  ];
}

/** All Markdown files of the project. */
function ourFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  const files = listed.split('\n').filter(Boolean);
  return files.map((file) => path.join(root, file)).filter((file) => existsSync(file));
}

function run(files: string[], isVerbose: boolean): void {
  for (const file of files) {
    const [name, text] = [path.relative(root, file), readFileSync(file, 'utf8')];
    if (isVerbose) console.log(`${name}: grade ${gradeOf(text).toFixed(1)}, ${lengthOf(text).toFixed(1)} words in a sentence`);
    for (const { line, message } of check(text)) {
      console.log(`${name}:${line}  ${message}`);
      process.exitCode = 1;
    }
  }
}

const [, started, ...args] = process.argv;
if (started && path.resolve(started) === fileURLToPath(import.meta.url)) {
  const named = args.filter((arg) => !arg.startsWith('--'));
  run(named.length ? named : ourFiles(), args.includes('--verbose'));
}
