// Pages and scripts from files: '{{name}}' becomes a value that is safe inside a script of a page.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'pages');

// JSON is not safe in HTML as it is: "</script>" would end the script, "<!--" would change how it is parsed.
const UNSAFE: Record<string, string> = {
  '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029'
};

const safe = (json: string) => json.replace(/[<>&\u2028\u2029]/g, char => UNSAFE[char]);

/** Any JSON value as text that can stand in an inline script; undefined becomes null. */
export const scriptJson = (value: unknown): string => safe(JSON.stringify(value ?? null));

/** A name of JavaScript that stands in a script as it is. */
export class Name {
  constructor(readonly text: string) {}
}

// As a person writes it: single quotes where nothing needs an escape, an object line by line.
function literal(value: unknown, indent: string): string {
  if (value instanceof Name) return value.text;
  if (typeof value === 'string' && !/['"\\<>&\s]/.test(value)) return `'${value}'`;
  return safe(JSON.stringify(value ?? null, null, 2)).replaceAll('\n', `\n${indent}`);
}

/** A script with each '{{key}}' replaced by its value, or as a bare name where it names a field. Throws when a value is missing. */
export function fillIn(script: string, values: Record<string, unknown>): string {
  return script.split('\n').map((line) => line.replace(/'\{\{(\w+)\}\}'(:?)/g, (whole, key: string, colon: string) => {
    if (!(key in values)) throw new Error(`a script asks for ${key}, which the server does not have`);
    return colon ? `${values[key]}:` : literal(values[key], /^ */.exec(line)![0]);
  })).join('\n');
}

/** HTML that is put into a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** Text as HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** The text of pages/<name>.html with every {{key}} replaced by its value as JSON, or as it is if that is HTML. Throws when a value is missing. */
export async function renderPage(name: string, values: Record<string, unknown>): Promise<string> {
  const html = await readFile(join(FOLDER, `${name}.html`), 'utf8');
  return html.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => {
    if (!(key in values)) throw new Error(`${name}.html asks for ${key}, which the server does not have`);
    const value = values[key];
    return value instanceof Html ? value.text : scriptJson(value);
  });
}
