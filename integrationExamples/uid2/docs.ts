// The module's documentation as pages of this site, with an anchor for each reason of status().
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { Marked, type Tokens } from 'marked';
import { escapeHtml, Html, renderPage } from './pages.js';
import { anchorOf } from './panel/words.js';

const FOLDER = join(__dirname, '../../modules');
const DOCS = ['uid2IdSystem', 'uid2Sdk'] as const;

/** What the documentation says of a reason, as HTML. */
export type Advice = { means: string; cure: string };

type Named = Tokens.Codespan & { reason?: true };

const isReasons = (token: { type: string }): token is Tokens.Table => token.type === 'table' && (token as Tokens.Table).header[0].text === '`reason`';
const namesIn = (row: Tokens.TableCell[]) => row[0].tokens.filter((token): token is Named => token.type === 'codespan');

function markReasons(token: { type: string }): void {
  if (isReasons(token)) for (const row of token.rows) for (const name of namesIn(row)) name.reason = true;
}

// Files beside this one are pages of this site, anchors too.
const hrefOf = (file: string, href: string) => href.startsWith('#') ? `/docs/${file}${href}`
  : href.replace(/^(\w+)\.md(?=#|$)/, '/docs/$1');

function parserOf(file: string): Marked {
  const slugger = new GithubSlugger();
  return new Marked({
    walkTokens: markReasons,
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${slugger.slug(text.replace(/`/g, ''))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escapeHtml(hrefOf(file, href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      codespan(token: Named) {
        return `<code${token.reason ? ` id="${anchorOf(token.text)}"` : ''}>${escapeHtml(token.text)}</code>`;
      }
    }
  });
}

// What is wider than the screen scrolls by itself, also by keyboard.
const scrollable = (html: string) => html
  .replace(/<table>/g, '<div class="wide" tabindex="0"><table>').replace(/<\/table>/g, '</table></div>')
  .replace(/<th><\/th>/g, '<td></td>').replace(/<pre>/g, '<pre tabindex="0">');

const textOf = (name: string) => readFile(join(FOLDER, `${name}.md`), 'utf8');

/** The page of modules/<name>.md, or undefined when there is none. */
export async function docsPage(name: string): Promise<string | undefined> {
  const known = DOCS.find((one) => one === name);
  if (!known) return undefined;
  return renderPage('docs', { title: new Html(known), text: new Html(scrollable(await parserOf(known).parse(await textOf(known)))) });
}

/** What the documentation says of each reason that it lists. */
export async function advice(): Promise<Record<string, Advice>> {
  const parser = parserOf('uid2IdSystem');
  const table = parser.lexer(await textOf('uid2IdSystem')).find(isReasons);
  return Object.fromEntries((table?.rows ?? []).flatMap((row) => namesIn(row).map(({ text }) => [
    text, { means: parser.parseInline(row[1].text) as string, cure: parser.parseInline(row[2].text) as string }
  ])));
}
