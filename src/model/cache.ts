/**
 * The key/value cache of attention: what every earlier token left behind. Float32.
 *
 * Keys are stored with the position innermost, so that one step of a dot product reads consecutive positions; values
 * with the head's dimension innermost, so that the value of one position is consecutive.
 */
import type { ModelShape } from './shape.ts';

export interface LayerCache {
  /** [kvHeads, headDim, capacity] */
  readonly keys: Float32Array;
  /** [kvHeads, capacity, headDim] */
  readonly values: Float32Array;
}

export class KvCache {
  readonly kvHeads: number;
  readonly headDim: number;
  /** Longest sequence, in tokens. */
  readonly capacity: number;
  readonly layers: readonly LayerCache[];
  /** Number of tokens whose keys and values are in, in every layer. */
  length = 0;

  constructor({ layers, kvHeads, headDim }: ModelShape, capacity: number) {
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.capacity = capacity;
    const size = kvHeads * headDim * capacity;
    this.layers = Array.from({ length: layers }, () => ({
      keys: new Float32Array(size),
      values: new Float32Array(size),
    }));
  }

  /**
   * Puts the keys and values of the tokens that follow the first `length` into one layer.
   *
   * @param keys [tokens, kvHeads, headDim], and `values` likewise
   */
  append(layer: number, tokens: number, keys: Float32Array, values: Float32Array): void {
    const { kvHeads, headDim, capacity, length } = this;
    const into = this.layers[layer]!;
    for (let t = 0; t < tokens; t++) {
      for (let h = 0; h < kvHeads; h++) {
        const from = (t * kvHeads + h) * headDim;
        const value = (h * capacity + length + t) * headDim;
        for (let d = 0; d < headDim; d++) {
          into.keys[(h * headDim + d) * capacity + length + t] = keys[from + d]!;
          into.values[value + d] = values[from + d]!;
        }
      }
    }
  }
}
