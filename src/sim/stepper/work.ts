/** From a command's work to the job that does it, and the run of one job on its buffers' ports. */
import type { Machine } from '../../hardware/machine.ts';
import type { Work } from '../../mapping/work.ts';
import { AdderTreeJob } from './array/adder-tree.ts';
import { BitSerialJob } from './array/bit-serial.ts';
import { LutJob } from './array/lut.ts';
import { OutputStationaryJob } from './array/output-stationary.ts';
import { StationaryJob } from './array/stationary.ts';
import type { Tile } from './array/tile.ts';
import { ZeroSkipJob } from './array/zero-skip.ts';
import type { Order } from './assembly.ts';
import { FloatJob } from './float.ts';
import type { Job } from './job.ts';
import { PortSession } from './ports.ts';
import { Tally } from './tally.ts';
import { VectorJob } from './vector.ts';

/** The job of a vector or float command. */
export function unitJob(machine: Machine, work: Extract<Work, { unit: 'vector' | 'float' }>): Job {
  return work.unit === 'vector' ? new VectorJob(machine, work) : new FloatJob(machine, work);
}

/** The job of a tile on the machine's array; `order` is that of the array's own components, where it has some. */
export function tileJob(machine: Machine, tile: Tile, order?: Order): Job {
  const { array } = machine;
  switch (array.kind) {
    case 'adder-tree':
      return new AdderTreeJob(machine, array, tile);
    case 'zero-skip':
      return new ZeroSkipJob(machine, array, tile, order);
    case 'lut':
      return new LutJob(machine, array, tile, order);
    case 'bit-serial':
      return new BitSerialJob(machine, array, tile, order);
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return array.dataflow === 'output-stationary'
        ? new OutputStationaryJob(machine, array, tile)
        : new StationaryJob(machine, array, tile);
  }
}

/**
 * A job with the ports behind it: both move every cycle, and the work is done when both are. Cycles in which the unit has
 * nothing left to do but wait for its ports are stalls.
 */
export class WorkRun {
  readonly job: Job;
  readonly tally = new Tally();
  cycles = 0;
  stallCycles = 0;
  readonly #ports: readonly PortSession[];
  #computed = false;

  constructor(machine: Machine, job: Job) {
    this.job = job;
    this.#ports = job.demands.map((demand) => new PortSession(machine, demand, this.tally));
  }

  /** Works one cycle; returns what it was. */
  step(): { readonly stalled: boolean; readonly done: boolean } {
    this.cycles++;
    const stalled = this.#computed;
    if (stalled) this.stallCycles++;
    else this.#computed = this.job.step();
    for (const port of this.#ports) port.step();
    const done = this.#computed && this.#ports.every((port) => port.isDone);
    if (done) this.tally.addAll(this.job.tally);
    return { stalled, done };
  }
}
