// The links of the docs: each leads to a file that is there, and to a heading in it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const root = path.resolve(__dirname, '../..');
const FILES = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8').replace(/^```[^]*?^```$/gm, '');

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) => heading.toLowerCase().replace(/[^\p{L}\p{N}\-_ ]/gu, '').replaceAll(' ', '-');

const anchorsIn = (file: string) => [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading));

/** Where the links and pictures of a file lead, within the project. */
function linksIn(file: string): string[] {
  const found = [...textOf(file).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, link, source]) => link ?? source);
  return found.filter((link) => !/^[a-z]+:/.test(link));
}

describe('the links of the docs', () => {
  for (const file of FILES) {
    it(`lead somewhere: ${file}`, () => {
      const lost = linksIn(file).filter((link) => {
        const [to, anchor] = link.split('#');
        const target = to ? path.join(path.dirname(file), to) : file;
        return !existsSync(path.join(root, target)) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
      });
      expect(lost).to.deep.equal([]);
    });
  }
  it('are some: the first screen has its own', () => {
    expect(linksIn('README.md')).to.include.members(['#which-mode-is-mine', 'docs/flow-dark.svg', 'modules/uid2IdSystem.md#check-that-it-works']);
  });
});
