/**
 * HTML as a template tag: whatever is put into the template is escaped unless it is markup itself, so that a text from
 * a file cannot become an element by forgetting a call.
 */
const MARKUP = Symbol('markup');

export interface Markup {
  readonly [MARKUP]: string;
}

export type Content = Markup | string | number | readonly Content[];

/** Markup with `contents` escaped into it, in texts and in quoted attributes. */
export function html(texts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return {
    [MARKUP]: texts.map((text, i) => text + (i < contents.length ? markupText(contents[i]!) : '')).join(''),
  };
}

/** Text that is markup already, made by this program: a style sheet, an SVG. */
export function trusted(text: string): Markup {
  return { [MARKUP]: text };
}

/** The text of some markup; strings and numbers in it are escaped. */
export function markupText(content: Content): string {
  if (typeof content === 'string' || typeof content === 'number') return escapeHtml(String(content));
  return isList(content) ? content.map(markupText).join('') : content[MARKUP];
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPES[letter]!);
}
