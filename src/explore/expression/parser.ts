/**
 * Constraints: comparisons of machine values, metrics and quantities.
 *
 *     condition  = both { "or" both } ;             both   = denial { "and" denial } ;
 *     denial     = [ "not" ] comparison ;           comparison = sum [ ("<" | "<=" | "==" | "!=" | ">=" | ">") sum ] ;
 *     sum        = product { ("+" | "-") product } ; product = factor { ("*" | "/") factor } ;
 *     factor     = [ "-" ] ( number [unit] | 'text' | name | "(" condition ")" ) ;
 */
import { syntaxError, tokenize, type Token } from './lexer.ts';
import { quantityOf, type Value } from './value.ts';

export type Expression =
  | { readonly type: 'value'; readonly value: Value; readonly column: number }
  | { readonly type: 'name'; readonly name: string; readonly column: number }
  | { readonly type: 'unary'; readonly operator: string; readonly inner: Expression; readonly column: number }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly column: number;
    };

/** From the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['<', '<=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/'],
];
const COMPARISON = 2;

/**
 * @param place what the constraint is, for errors
 * @throws EXPRESSION_SYNTAX with the column; UNIT_… for an unknown unit
 */
export function parseExpression(source: string, place: string): Expression {
  const parser = new Parser(tokenize(source, place), place);
  return parser.whole();
}

/** Every name in an expression, with its column. */
export function namesIn(expression: Expression): { name: string; column: number }[] {
  switch (expression.type) {
    case 'value':
      return [];
    case 'name':
      return [{ name: expression.name, column: expression.column }];
    case 'unary':
      return namesIn(expression.inner);
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)];
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #place: string;
  #next = 0;

  constructor(tokens: readonly Token[], place: string) {
    this.#tokens = tokens;
    this.#place = place;
  }

  whole(): Expression {
    const expression = this.#level(0);
    if (this.#peek().kind !== 'end') this.#refuse('expected an operator or the end');
    return expression;
  }

  #level(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#factor();
    if (operators[0] === 'and') return this.#chain(operators, () => this.#denial(level + 1));
    const chained = this.#chain(operators, () => this.#level(level + 1), level === COMPARISON);
    if (level === COMPARISON && this.#isOperator(operators))
      this.#refuse('comparisons do not chain: use and');
    return chained;
  }

  #chain(operators: readonly string[], part: () => Expression, once = false): Expression {
    let left = part();
    while (this.#isOperator(operators)) {
      const { text: operator, column } = this.#take();
      left = { type: 'binary', operator, left, right: part(), column };
      if (once) break;
    }
    return left;
  }

  #denial(level: number): Expression {
    if (!this.#isOperator(['not'])) return this.#level(level);
    const { column } = this.#take();
    return { type: 'unary', operator: 'not', inner: this.#denial(level), column };
  }

  #factor(): Expression {
    const { kind, text, column } = this.#take();
    if (kind === 'name') return { type: 'name', name: text, column };
    if (kind === 'text') return { type: 'value', value: text, column };
    if (kind === 'number') {
      const value: Value = text.includes(' ') ? quantityOf(text) : { value: Number(text), dimension: '' };
      return { type: 'value', value, column };
    }
    if (kind === 'operator' && text === '-')
      return { type: 'unary', operator: '-', inner: this.#factor(), column };
    if (kind === 'operator' && text === '(') {
      const inner = this.#level(0);
      if (!this.#isOperator([')'])) this.#refuse('the bracket is not closed');
      this.#take();
      return inner;
    }
    this.#next--;
    return this.#refuse('expected a value, a name or a bracket');
  }

  #isOperator(operators: readonly string[]): boolean {
    const { kind, text } = this.#peek();
    return kind === 'operator' && operators.includes(text);
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    return this.#tokens[this.#next++]!;
  }

  #refuse(sentence: string): never {
    const { kind, text, column } = this.#peek();
    throw syntaxError(this.#place, column, sentence, kind === 'end' ? 'the end' : `'${text}'`);
  }
}
