/**
 * One column of a weight-stationary systolic array: in each cell the sum that it passes down and the activation that it
 * passes on, row of tokens after row. INT8 and INT4 arrays add integers at the accumulator's width, the FP16 array
 * FP32 numbers of FP16 activations; sums of int8 times trits are exact in it.
 *
 * The weights that shift in toggle half of their bits a hop: they are taken as random, not followed.
 */
import type { SystolicConfig } from '../../../hardware/machine.ts';
import { actionId } from '../../ledger.ts';
import { halfOfInt8, maskOf, ones } from './bits.ts';
import type { ColumnToggles, Pass } from './toggles.ts';

const INT8_BITS = 8;
/** Bits of a weight that shifts in. */
const WEIGHT_BITS = { 'mac-fp16': 16, 'mac-int8': 8, 'mac-int4': 4 } as const;
const HALVES = Int32Array.from({ length: 256 }, (_, i) => halfOfInt8((i << 24) >> 24));

export class SystolicToggles implements ColumnToggles {
  readonly #config: SystolicConfig;
  readonly #mask: number;
  readonly #sums: Int32Array;
  readonly #activations: Int32Array;
  readonly #float = new Float32Array(1);
  readonly #word = new Int32Array(this.#float.buffer);
  #ofSums = 0;
  #ofActivations = 0;
  #ofWeights = 0;

  constructor(config: SystolicConfig) {
    this.#config = config;
    this.#mask = maskOf(config.accumulatorBits);
    this.#sums = new Int32Array(config.rows);
    this.#activations = new Int32Array(config.rows);
  }

  follow({ activations, width, rows: [from, to], inputs: [first, last], weights, sums }: Pass): void {
    const size = last - first;
    const floating = this.#config.kind === 'mac-fp16';
    const operandMask = maskOf(INT8_BITS);
    // A weight passes every cell above its own.
    this.#ofWeights += (WEIGHT_BITS[this.#config.kind] * size * (size + 1)) / 4;
    let ofSums = 0;
    let ofActivations = 0;
    for (let row = from; row < to; row++) {
      let sum = sums[row]!;
      for (let i = 0; i < size; i++) {
        const x = activations[row * width + first + i]!;
        sum += x * weights[first + i]!;
        const word = floating ? this.#floatWord(sum) : sum & this.#mask;
        ofSums += ones(this.#sums[i]! ^ word);
        this.#sums[i] = word;
        const operand = floating ? HALVES[x & operandMask]! : x & operandMask;
        ofActivations += ones(this.#activations[i]! ^ operand);
        this.#activations[i] = operand;
      }
      sums[row] = sum;
    }
    this.#ofSums += ofSums;
    this.#ofActivations += ofActivations;
  }

  #floatWord(sum: number): number {
    this.#float[0] = sum;
    return this.#word[0]!;
  }

  get bits(): ReadonlyMap<string, number> {
    const { kind, accumulatorBits } = this.#config;
    const add =
      kind === 'mac-fp16'
        ? actionId('array', { type: 'add', format: 'fp32' })
        : actionId('array', { type: 'int-add', bits: accumulatorBits });
    return new Map([
      [add, this.#ofSums],
      [
        actionId('array', { type: 'register', bits: 1 }),
        this.#ofSums + this.#ofActivations + this.#ofWeights,
      ],
    ]);
  }
}
