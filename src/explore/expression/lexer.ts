/** Words of a constraint, each with its column (from 1), so that an error can point at it. */
import { TritsimError } from '../../errors/error.ts';

export type TokenKind = 'number' | 'text' | 'name' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A number with its unit, a text without its quotes, a name, an operator as it is parsed. */
  readonly text: string;
  readonly column: number;
}

/** Spellings of the same operator. */
const SAME: Readonly<Record<string, string>> = {
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '×': '*',
  '−': '-',
  '·': '*',
};
const WORDS = new Set(['and', 'or', 'not']);
const NUMBER = /^(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?/;
const UNIT = /^ *(?<unit>[A-Za-zµ][A-Za-zµ]*[2²]?(?:\/s)?)/;
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*/;
const OPERATOR = /^(?:<=|>=|==|!=|[<>()+*/≤≥≠×·−-])/;
const TEXT = /^'([^']*)'|^"([^"]*)"/;

/**
 * @param place what the constraint is, for errors
 * @throws EXPRESSION_SYNTAX
 */
export function tokenize(source: string, place: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, text: string, length: number): void => {
    tokens.push({ kind, text, column: at + 1 });
    at += length;
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const space = /^\s+/.exec(rest);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const number = NUMBER.exec(rest);
    const text = TEXT.exec(rest);
    const name = NAME.exec(rest);
    const operator = OPERATOR.exec(rest);
    if (number !== null) {
      const unit = UNIT.exec(rest.slice(number[0].length));
      if (unit === null || WORDS.has(unit.groups!['unit']!)) push('number', number[0], number[0].length);
      else {
        const symbol = unit.groups!['unit']!.replace('²', '2');
        push('number', `${number[0]} ${symbol}`, number[0].length + unit[0].length);
      }
    } else if (text !== null) push('text', text[1] ?? text[2]!, text[0].length);
    else if (name !== null) push(WORDS.has(name[0]) ? 'operator' : 'name', name[0], name[0].length);
    else if (operator !== null) push('operator', SAME[operator[0]] ?? operator[0], operator[0].length);
    else throw syntaxError(place, at + 1, 'this is not understood', `'${rest[0]}'`);
  }
  tokens.push({ kind: 'end', text: '', column: source.length + 1 });
  return tokens;
}

export function syntaxError(place: string, column: number, sentence: string, found: string): TritsimError {
  return new TritsimError('EXPRESSION_SYNTAX', sentence, { place: `${place}, column ${column}`, found });
}
