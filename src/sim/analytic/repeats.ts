/**
 * Which operations of a step come again and again: the layers of a model differ by their names only. Found from the list
 * itself, by comparing each layer with the one before it.
 */
import type { Operation } from '../../trace/operation.ts';

/** Operations `first` … `first + length − 1`, then `count − 1` times the same of the layers behind them. */
export interface Repeats {
  readonly first: number;
  readonly length: number;
  readonly count: number;
}

const known = new WeakMap<readonly Operation[], Repeats>();

/** The layers of a step; count 0 where it has none that repeat. Remembered by list: it is the same for every machine. */
export function repeatsOf(operations: readonly Operation[]): Repeats {
  const found = known.get(operations) ?? findRepeats(operations);
  known.set(operations, found);
  return found;
}

function findRepeats(operations: readonly Operation[]): Repeats {
  const first = operations.findIndex(({ layer }) => layer !== null);
  if (first < 0) return { first: operations.length, length: 0, count: 0 };
  const { layer } = operations[first]!;
  const length = operations.filter((operation) => operation.layer === layer).length;
  const index = new Map(operations.map(({ name }, i) => [name, i]));
  const forms = operations.map((operation, i) => {
    const { name: _name, layer: _layer, after, ...shape } = operation;
    return JSON.stringify([shape, after.map((producer) => i - index.get(producer)!)]);
  });
  let count = 1;
  const comesAgain = (from: number): boolean =>
    from + length <= operations.length &&
    operations.slice(from, from + length).every(({ layer: own }) => own === operations[from]!.layer) &&
    forms.slice(from, from + length).every((form, i) => form === forms[first + i]);
  while (comesAgain(first + count * length)) count++;
  return { first, length, count };
}
