/** The papers' own points of the figure that holds ratios against model size. */
import { shapeOf, type Basis } from '../published/basis.ts';
import { embeddingWeights, linearWeights } from '../published/pass.ts';
import type { PublishedFile } from '../published/published-file.ts';

export interface PublishedRatio {
  readonly id: string;
  readonly place: string;
  readonly params: number;
  readonly ratio: number;
}

/** Rows of kind `energy-ratio` that are held to a tolerance: each at the size of the shape that reproduces it. */
export function publishedRatios(files: readonly PublishedFile[], basis: Basis): PublishedRatio[] {
  return files.flatMap(({ rows }) =>
    rows.flatMap(({ id, place, printed, what, tolerance }) => {
      if (what.kind !== 'energy-ratio' || tolerance === 'reported') return [];
      const shape = shapeOf(basis, what.shape);
      return [{ id, place, params: linearWeights(shape) + embeddingWeights(shape), ratio: Number(printed) }];
    }),
  );
}
