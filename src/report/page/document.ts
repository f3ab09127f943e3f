/**
 * The frame of a page that opens from disk and fetches nothing: markup made here, data as JSON in which no element can end, and one script
 * of our own, which the page's policy names by its hash. Texts that come from files go through `markup.ts` or that JSON, and stay text.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { TritsimError } from '../../errors/error.ts';
import { formatBytes } from '../../units/format.ts';
import { html, type Markup, markupText } from '../markup.ts';

/** What a mail server or a browser's tab takes without trouble, bytes. */
export const MAX_PAGE_BYTES = 2e6;

export type Section = readonly [id: string, name: string, contents: Markup | readonly Markup[]];

export interface PageParts {
  readonly title: string;
  /** What stands between the heading and the sections. */
  readonly controls: Markup;
  readonly sections: readonly Section[];
  readonly style: string;
  readonly script: string;
  /** What the script draws from. */
  readonly data: unknown;
}

/** One HTML document, of whatever size. */
export function pageText({ title, controls, sections, style, script, data }: PageParts): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${base64(sha256(utf8ToBytes(script)))}'; base-uri 'none'; form-action 'none'`;
  const head = html`
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>${title}</title>
  `;
  const body = html`
    <a class="skip" href="#summary">To the summary</a>
    <header>
      <h1>${title}</h1>
      <nav aria-label="Sections">
        <ul>
          ${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
        </ul>
      </nav>
    </header>
    ${controls}
    <main>
      ${sections.map(
        ([id, name, contents]) => html`
          <section aria-labelledby="${id}">
            <h2 id="${id}">${name}</h2>
            ${contents}
          </section>
        `,
      )}
    </main>
  `;
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n',
    tidied(head),
    `<style>\n${style.trim()}\n</style>\n</head>\n<body>\n`,
    tidied(body),
    `<script type="application/json" id="page-data">${embeddedJson(data)}</script>\n`,
    `<script>${script}</script>\n</body>\n</html>\n`,
  ].join('');
}

export function pageBytes(text: string): number {
  return utf8ToBytes(text).length;
}

/** The text of a page. @throws REPORT_SIZE beyond 2 MB */
export function withinSize(text: string, hint: string): string {
  const bytes = pageBytes(text);
  if (bytes <= MAX_PAGE_BYTES) return text;
  throw new TritsimError('REPORT_SIZE', 'the report would be too large a page', {
    found: formatBytes(bytes),
    allowed: [`at most ${formatBytes(MAX_PAGE_BYTES)}`],
    hint,
  });
}

function embeddedJson(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

/** No white space around lines, no empty lines. */
function tidied(markup: Markup): string {
  const lines = markupText(markup)
    .split('\n')
    .map((line) => line.trim());
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
