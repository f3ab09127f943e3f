/** What the cells of both kinds of systolic array do with two operands, and what that counts. */
import type { Machine, SystolicConfig } from '../../../hardware/machine.ts';
import { PARTS } from '../ports.ts';
import type { Tally } from '../tally.ts';
import { weightParts } from './tile.ts';

/** Widths of the operands, bits. */
export interface OperandBits {
  readonly activation: number;
  readonly weight: number;
}

export function operandBits(machine: Machine, config: SystolicConfig): OperandBits {
  return {
    activation: config.kind === 'mac-fp16' ? 16 : 8,
    weight: weightParts(machine.packing.sram) / PARTS,
  };
}

/** One multiplication and one addition: FP16 into FP32, or integers. */
export function multiplyAdd(
  config: SystolicConfig,
  sum: number,
  activation: number,
  weight: number,
  tally: Tally,
): number {
  if (config.kind === 'mac-fp16') {
    tally.add('array.multiply.fp16', 1);
    tally.add('array.add.fp32', 1);
    return Math.fround(sum + Math.fround(activation * weight));
  }
  tally.add(`array.multiply.${config.kind === 'mac-int4' ? 'int4' : 'int8'}`, 1);
  tally.add(`array.int-add.b${config.accumulatorBits}`, 1);
  return sum + activation * weight;
}

/** Widths of the values that cross the array's edge, weights apart. */
export function edgeBits(
  { activation }: OperandBits,
  { accumulatorBits }: SystolicConfig,
): { activation: number; accumulator: number } {
  return { activation, accumulator: accumulatorBits };
}

/** A line of registers: what entered `delay` cycles ago, the newest first. */
export class DelayLine<T> {
  readonly #stages: (T | null)[];

  constructor(length: number) {
    this.#stages = Array.from({ length }, () => null);
  }

  push(value: T | null): void {
    this.#stages.unshift(value);
    this.#stages.pop();
  }

  /** What was pushed `delay` pushes before the last one. */
  at(delay: number): T | null {
    return this.#stages[delay]!;
  }
}
