/**
 * The value of an expression. Units are checked: only what has the same dimension is added or compared, and a product of
 * two dimensions is refused, so that bits are never compared with bytes.
 */
import { TritsimError } from '../../errors/error.ts';
import type { Expression } from './parser.ts';
import { describeValue, type Quantity, type Value } from './value.ts';

/** The value of a name; undefined where there is none. */
export type Lookup = (name: string) => Value | undefined;

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>=': (a, b) => a >= b,
  '>': (a, b) => a > b,
};

/**
 * Whether a condition holds.
 * @throws EXPRESSION_TYPE where values do not go together, EXPRESSION_NAME where a name has no value
 */
export function holds(expression: Expression, lookup: Lookup, place: string): boolean {
  const value = evaluate(expression, lookup, place);
  if (typeof value === 'boolean') return value;
  throw typeError(place, expression.column, 'a constraint must be a condition', describeValue(value));
}

/** The value of any expression. @throws as `holds` */
export function evaluate(expression: Expression, lookup: Lookup, place: string): Value {
  switch (expression.type) {
    case 'value':
      return expression.value;
    case 'name': {
      const value = lookup(expression.name);
      if (value !== undefined) return value;
      throw new TritsimError('EXPRESSION_NAME', 'the point has no value of this name', {
        place: `${place}, column ${expression.column}`,
        found: `'${expression.name}'`,
        hint: "Ask for what has it first: array.kind != 'lut' or array.groups <= 8",
      });
    }
    case 'unary': {
      const inner = evaluate(expression.inner, lookup, place);
      if (expression.operator === 'not' && typeof inner === 'boolean') return !inner;
      if (expression.operator === '-' && typeof inner === 'object') return { ...inner, value: -inner.value };
      const what = expression.operator === 'not' ? 'a condition' : 'a number';
      throw typeError(place, expression.column, `${expression.operator} needs ${what}`, describeValue(inner));
    }
    case 'binary':
      return binary(expression, lookup, place);
  }
}

type Binary = Extract<Expression, { type: 'binary' }>;

function binary(expression: Binary, lookup: Lookup, place: string): Value {
  const { operator, column } = expression;
  const left = evaluate(expression.left, lookup, place);
  if (operator === 'and' || operator === 'or') {
    // The right side may have no value where the left one decides.
    if (typeof left === 'boolean' && left === (operator === 'or')) return left;
    const right = evaluate(expression.right, lookup, place);
    if (typeof left === 'boolean' && typeof right === 'boolean') return right;
    throw mismatch(place, expression, left, right);
  }
  const right = evaluate(expression.right, lookup, place);
  if (typeof left === 'string' && typeof right === 'string' && (operator === '==' || operator === '!='))
    return (left === right) === (operator === '==');
  if (typeof left !== 'object' || typeof right !== 'object') throw mismatch(place, expression, left, right);
  if (operator === '*' || operator === '/') return product(left, right, operator, place, column);
  if (left.dimension !== right.dimension) throw mismatch(place, expression, left, right);
  const order = ORDER[operator];
  if (order !== undefined) return order(left.value, right.value);
  return {
    value: operator === '+' ? left.value + right.value : left.value - right.value,
    dimension: left.dimension,
  };
}

function product(
  left: Quantity,
  right: Quantity,
  operator: '*' | '/',
  place: string,
  column: number,
): Quantity {
  const value = operator === '*' ? left.value * right.value : left.value / right.value;
  if (!Number.isFinite(value)) throw typeError(place, column, 'the result is not finite', String(value));
  if (right.dimension === '') return { value, dimension: left.dimension };
  if (operator === '*' && left.dimension === '') return { value, dimension: right.dimension };
  if (operator === '/' && left.dimension === right.dimension) return { value, dimension: '' };
  throw typeError(
    place,
    column,
    'the dimensions of a product are not followed',
    `${describeValue(left)} ${operator} ${describeValue(right)}`,
  );
}

function mismatch(place: string, { operator, column }: Binary, left: Value, right: Value): TritsimError {
  const found = `${describeValue(left)} ${operator} ${describeValue(right)}`;
  return typeError(place, column, 'these do not go together', found);
}

function typeError(place: string, column: number, sentence: string, found: string): TritsimError {
  return new TritsimError('EXPRESSION_TYPE', sentence, { place: `${place}, column ${column}`, found });
}
