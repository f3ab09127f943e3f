/**
 * Watches a program run and says of every instant what it was spent on: component (the array where it works, else the
 * float unit, else the vector unit; waiting for SRAM ports is `sram`; with none at work `dram` where a request is under way,
 * else `dma`) and operation (that of the oldest computing command that has not finished). Only looks, changes nothing.
 *
 * Units: picoseconds.
 */
import type { DmaEngine } from './dma.ts';
import type { ProgramRun } from './program-run.ts';
import type { Unit } from './unit.ts';

export type ComponentName = 'array' | 'float_unit' | 'vector' | 'sram' | 'dma' | 'dram';

export class Monitor {
  readonly exposedPs: Record<ComponentName, number> = {
    array: 0,
    float_unit: 0,
    vector: 0,
    sram: 0,
    dma: 0,
    dram: 0,
  };
  /** By operation. */
  readonly operationPs: number[];
  dmaBusyPs = 0;
  dramBusyPs = 0;

  readonly #units: readonly { readonly unit: Unit; readonly name: ComponentName }[];
  readonly #engines: readonly DmaEngine[];

  constructor(
    operations: number,
    units: { readonly array: Unit; readonly float: Unit; readonly vector: Unit },
    engines: readonly DmaEngine[],
  ) {
    this.operationPs = Array.from({ length: operations }, () => 0);
    this.#units = [
      { unit: units.array, name: 'array' },
      { unit: units.float, name: 'float_unit' },
      { unit: units.vector, name: 'vector' },
    ];
    this.#engines = engines;
  }

  /** `ps` pass, from what is committed and what has just been evaluated. */
  pass(run: ProgramRun, ps: number): void {
    const outstanding = this.#engines.map((engine) => engine.outstanding);
    if (outstanding.some((state) => state !== 'none')) this.dmaBusyPs += ps;
    const operation = run.program.operation[run.oldestComputing()]!;
    this.add(this.#inFront(outstanding), operation, ps);
  }

  /** `ps` pass in which the DRAM is busy or not. */
  passDram(busy: boolean, ps: number): void {
    if (busy) this.dramBusyPs += ps;
  }

  add(component: ComponentName, operation: number, ps: number): void {
    this.exposedPs[component] += ps;
    this.operationPs[operation]! += ps;
  }

  #inFront(outstanding: readonly string[]): ComponentName {
    for (const { unit, name } of this.#units) {
      if (unit.activity !== null) return unit.activity.stalled ? 'sram' : name;
    }
    return outstanding.includes('issued') ? 'dram' : 'dma';
  }
}
