/**
 * One column of an adder-tree array: the leaves' selections, the tree level by level, the accumulator, and the flip-flops
 * that `adder-tree.ts` counts: activations, weights, the cuts of the pipeline, the accumulator.
 *
 * Activations are held once for all columns: a column counts its share, one over the outputs.
 */
import type { AdderTreeConfig } from '../../../hardware/machine.ts';
import { actionId } from '../../ledger.ts';
import { maskOf, ones } from './bits.ts';
import type { ColumnToggles, Pass } from './toggles.ts';

const OPERAND_BITS = 8;
const OPERAND_MASK = maskOf(OPERAND_BITS);

export class AdderTreeToggles implements ColumnToggles {
  readonly #config: AdderTreeConfig;
  readonly #levels: number;
  /** What stands at each leaf and node, level by level; what a step is working on, likewise. */
  readonly #held: readonly Int32Array[];
  readonly #next: readonly Int32Array[];
  readonly #activations: Int32Array;
  readonly #weights: Int32Array;
  #accumulator = 0;
  /** Toggled bits of all nodes of a level, and of those that are sums. */
  readonly #ofLevel: Float64Array;
  readonly #ofAdders: Float64Array;
  #ofAccumulator = 0;
  #ofActivations = 0;
  #ofWeights = 0;

  constructor(config: AdderTreeConfig) {
    this.#config = config;
    this.#levels = Math.ceil(Math.log2(config.inputs));
    const level = (_: unknown, l: number): Int32Array => new Int32Array(Math.ceil(config.inputs / 2 ** l));
    this.#held = Array.from({ length: this.#levels + 1 }, level);
    this.#next = Array.from({ length: this.#levels + 1 }, level);
    this.#activations = new Int32Array(config.inputs);
    this.#weights = new Int32Array(config.inputs);
    this.#ofLevel = new Float64Array(this.#levels + 1);
    this.#ofAdders = new Float64Array(this.#levels + 1);
  }

  follow({ activations, width, rows: [from, to], inputs: [first, last], weights, sums }: Pass): void {
    const mask = maskOf(this.#config.accumulatorBits);
    const size = last - first;
    for (let i = 0; i < size; i++) {
      // Two bits a trit: its code.
      const code = weights[first + i]! + 1;
      this.#ofWeights += ones(this.#weights[i]! ^ code);
      this.#weights[i] = code;
    }
    for (let row = from; row < to; row++) {
      const sum = sums[row]! + this.#tree(activations, row * width + first, weights, first, size);
      sums[row] = sum;
      this.#ofAccumulator += ones((this.#accumulator ^ sum) & mask);
      this.#accumulator = sum;
    }
  }

  /** One beat: the sum of the block, all levels counted. */
  #tree(activations: Int8Array, at: number, weights: Int8Array, first: number, size: number): number {
    const leaves = this.#held[0]!;
    const selected = this.#next[0]!;
    let changed = 0;
    for (let i = 0; i < size; i++) {
      const x = activations[at + i]!;
      const value = x * weights[first + i]!;
      selected[i] = value;
      changed += ones((leaves[i]! ^ value) & OPERAND_MASK);
      leaves[i] = value;
      this.#ofActivations += ones((this.#activations[i]! ^ x) & OPERAND_MASK);
      this.#activations[i] = x;
    }
    this.#ofLevel[0]! += changed;
    let left = size;
    for (let level = 1; level <= this.#levels; level++) {
      const below = this.#next[level - 1]!;
      const here = this.#next[level]!;
      const held = this.#held[level]!;
      const mask = maskOf(OPERAND_BITS + level);
      const pairs = left >> 1;
      let toggled = 0;
      for (let i = 0; i < pairs; i++) {
        const value = below[2 * i]! + below[2 * i + 1]!;
        here[i] = value;
        toggled += ones((held[i]! ^ value) & mask);
        held[i] = value;
      }
      this.#ofAdders[level]! += toggled;
      if ((left & 1) === 1) {
        const value = below[left - 1]!;
        here[pairs] = value;
        toggled += ones((held[pairs]! ^ value) & mask);
        held[pairs] = value;
      }
      this.#ofLevel[level]! += toggled;
      left = pairs + (left & 1);
    }
    return this.#next[this.#levels]![0]!;
  }

  get bits(): ReadonlyMap<string, number> {
    const { accumulatorBits, outputs, pipeline } = this.#config;
    const bits = new Map<string, number>();
    const add = (id: string, count: number): void => {
      bits.set(id, (bits.get(id) ?? 0) + count);
    };
    add(actionId('array', { type: 'trit-select', bits: OPERAND_BITS }), this.#ofLevel[0]!);
    for (let level = 1; level <= this.#levels; level++) {
      add(actionId('array', { type: 'int-add', bits: OPERAND_BITS + level }), this.#ofAdders[level]!);
    }
    add(actionId('array', { type: 'int-add', bits: accumulatorBits }), this.#ofAccumulator);
    let registers = this.#ofActivations / outputs + this.#ofWeights + this.#ofAccumulator;
    if (pipeline.select > 0) registers += this.#ofLevel[0]!;
    for (let cut = 1; cut <= pipeline.tree; cut++) {
      registers += this.#ofLevel[Math.round((this.#levels * cut) / pipeline.tree)]!;
    }
    add(actionId('array', { type: 'register', bits: 1 }), registers);
    return bits;
  }
}
