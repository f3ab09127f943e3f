/**
 * The float unit: `multiplyAdds` products enter a cycle, their sum leaves a pipeline of `latency` stages.
 *
 * Units: cycles, bits. NOT MODELLED: a shape of its own (any product fills its lanes).
 */
import type { Machine } from '../../hardware/machine.ts';
import { floatBytes } from '../../mapping/packing.ts';
import type { Work } from '../../mapping/work.ts';
import type { Job } from './job.ts';
import { wholeBits, type Demand } from './ports.ts';
import { Tally } from './tally.ts';

/** Width of the accumulator of a lane, bits. */
const SUM_BITS = 32;

export class FloatJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  products = 0;
  readonly #machine: Machine;
  readonly #total: number;
  /** By stage, the first one first: whether products are in it. */
  #pipeline: boolean[];

  constructor(machine: Machine, work: Extract<Work, { unit: 'float' }>) {
    this.#machine = machine;
    this.#total = work.multiplyAdds;
    this.#pipeline = Array.from({ length: machine.floatUnit.latency }, () => false);
    const value = 8 * floatBytes(machine.activations.format);
    this.demands = [
      wholeBits('operands', work.operandReads * work.operandBits, 0),
      wholeBits('activations', work.activationReads * value, work.results * value),
    ];
  }

  step(): boolean {
    const { multiplyAdds: lanes, precision } = this.#machine.floatUnit;
    const entering = Math.min(lanes, this.#total - this.products);
    this.products += entering;
    this.tally.add(`float_unit.multiply.${precision}`, entering);
    this.tally.add('float_unit.add.fp32', entering);
    this.tally.add('float_unit.register.b1', entering * (2 * 8 * floatBytes(precision) + SUM_BITS));
    this.#pipeline = [entering > 0, ...this.#pipeline.slice(0, -1)];
    return this.products === this.#total && !this.#pipeline.slice(0, -1).includes(true);
  }
}
