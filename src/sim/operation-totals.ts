/** Sums over commands by operation: busy cycles, multiply-adds, DRAM bytes; and how often each work occurred. */
import { ENGINES, type Program } from '../mapping/program.ts';
import type { Operation } from '../trace/operation.ts';
import type { WorkCost } from './cost.ts';
import type { OperationResult } from './result.ts';

const STORE = ENGINES.indexOf('dma.store');

export class OperationTotals {
  readonly #burstBytes: number;
  readonly #busyCycles: Float64Array;
  readonly #multiplyAdds: Float64Array;
  readonly #readBursts: Float64Array;
  readonly #writeBursts: Float64Array;

  constructor(operations: number, burstBytes: number) {
    this.#burstBytes = burstBytes;
    this.#busyCycles = new Float64Array(operations);
    this.#multiplyAdds = new Float64Array(operations);
    this.#readBursts = new Float64Array(operations);
    this.#writeBursts = new Float64Array(operations);
  }

  /** Adds a program that ran; returns how often each of its works occurred. */
  add(program: Program, costs: readonly WorkCost[]): Float64Array {
    const uses = new Float64Array(program.works.length);
    for (let c = 0; c < program.length; c++) {
      const operation = program.operation[c]!;
      const work = program.work[c]!;
      uses[work]!++;
      this.#busyCycles[operation]! += costs[work]!.cycles;
      this.#multiplyAdds[operation]! += costs[work]!.multiplyAdds;
      const bytes = program.bytes[c]!;
      if (bytes === 0) continue;
      const bursts = program.engine[c] === STORE ? this.#writeBursts : this.#readBursts;
      bursts[operation]! += burstsTouched(program.address[c]!, bytes, this.#burstBytes);
    }
    return uses;
  }

  get readBursts(): number {
    return this.#readBursts.reduce((sum, bursts) => sum + bursts, 0);
  }

  get writeBursts(): number {
    return this.#writeBursts.reduce((sum, bursts) => sum + bursts, 0);
  }

  results(operations: readonly Operation[], timePs: (operation: number) => number): OperationResult[] {
    return operations.map(({ name, kind, layer }, i) => ({
      name,
      kind,
      layer,
      timePs: timePs(i),
      busyCycles: this.#busyCycles[i]!,
      multiplyAdds: this.#multiplyAdds[i]!,
      dramReadBytes: this.#readBursts[i]! * this.#burstBytes,
      dramWriteBytes: this.#writeBursts[i]! * this.#burstBytes,
    }));
  }
}

/** Bursts that bytes `[address, address + bytes)` touch: a part of a burst costs the whole. */
function burstsTouched(address: number, bytes: number, burst: number): number {
  return Math.floor((address + bytes - 1) / burst) - Math.floor(address / burst) + 1;
}
