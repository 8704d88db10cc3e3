// The pages: HTML files in which {{name}} becomes JSON that is safe inside a script.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'pages');

// JSON is not safe in HTML as it is: "</script>" would end the script, "<!--" would change how it is parsed.
const UNSAFE: Record<string, string> = {
  '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029'
};

/** Any JSON value as text that can stand in an inline script; undefined becomes null. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value ?? null).replace(/[<>&\u2028\u2029]/g, char => UNSAFE[char]);
}

/** The text of pages/<name>.html with every {{key}} replaced by its value. Throws when the page asks for a key that is missing. */
export async function renderPage(name: string, values: Record<string, unknown>): Promise<string> {
  const html = await readFile(join(FOLDER, `${name}.html`), 'utf8');
  return html.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => {
    if (!(key in values)) throw new Error(`${name}.html asks for ${key}, which the server does not have`);
    return scriptJson(values[key]);
  });
}
