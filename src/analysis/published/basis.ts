/** What published values are computed from: shapes by name, price tables by node, a GPU. */
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { PriceTable } from '../../energy/table.ts';
import type { ModelShape } from '../../model/shape.ts';
import type { PublishedFile, What } from './published-file.ts';
import type { Roofline } from './roofline-file.ts';

export interface Basis {
  readonly shapes: ReadonlyMap<string, ModelShape>;
  /** By node, nm. */
  readonly prices: ReadonlyMap<number, PriceTable>;
  readonly gpu: Roofline;
}

/** Names of the shapes in the rows of `files`, sorted. */
export function modelsNamed(files: readonly PublishedFile[]): string[] {
  const names = files.flatMap(({ rows }) => rows.flatMap(({ what }) => shapesOf(what)));
  return [...new Set(names)].toSorted();
}

/** @throws PUBLISHED_SHAPE with the nearest name */
export function shapeOf({ shapes }: Basis, name: string): ModelShape {
  const shape = shapes.get(name);
  if (shape !== undefined) return shape;
  const hint = didYouMean(name, shapes.keys());
  throw new TritsimError('PUBLISHED_SHAPE', 'a row names a shape that was not loaded', {
    found: name,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** @throws PUBLISHED_NODE */
export function pricesOf({ prices }: Basis, nodeNm: number): PriceTable {
  const table = prices.get(nodeNm);
  if (table !== undefined) return table;
  throw new TritsimError('PUBLISHED_NODE', 'a row names a node without a price table', {
    found: `${nodeNm} nm`,
    allowed: [...prices.keys()].map((node) => `${node} nm`),
  });
}

function shapesOf(what: What): string[] {
  return ['shape' in what ? what.shape : [], 'than' in what ? what.than : []].flat();
}
