/**
 * Where the phases of a run lie under the roofs of their machine (Williams, Waterman, Patterson, CACM 52:4, 2009). The roofs are those of
 * the array: its multiply-adds a second without skipping, and the DRAM's peak bandwidth.
 *
 * Units: multiply-adds a second, bytes a second, multiply-adds a byte.
 */
import { arrayLanes } from '../../mapping/array-shape.ts';
import { burstBytes, burstCycles } from '../../sim/dram/device.ts';
import type { Bench } from '../measure.ts';
import type { MachineRun, RunOperation } from '../run.ts';

export interface RooflineRow {
  readonly machine: string;
  readonly phase: 'prefill' | 'decode';
  /** All projections together, or everything that the phase does, the head and attention included. */
  readonly part: 'projections' | 'whole phase';
  readonly intensity_per_B: number;
  readonly multiply_adds_per_s: number;
  readonly peak_per_s: number;
  readonly bandwidth_B_per_s: number;
}

/** What all channels of the machine's DRAM move at most, bytes a second. */
export function peakBandwidth({ machine, device }: Bench): number {
  const [p, q] = device.periodPs;
  const burstSeconds = (burstCycles(device) * p) / q / 1e12;
  return (machine.dram.channels * burstBytes(device)) / burstSeconds;
}

/** @param run of the bench's machine */
export function rooflineRows(run: MachineRun, bench: Bench): RooflineRow[] {
  const bandwidth = peakBandwidth(bench);
  const { machine } = bench;
  return (['prefill', 'decode'] as const).flatMap((name): RooflineRow[] => {
    const phase = run.phases[name];
    if (phase === undefined) return [];
    const row = (part: RooflineRow['part'], operations: readonly RunOperation[]): RooflineRow => {
      const sum = (of: (operation: RunOperation) => number) =>
        operations.reduce((total, operation) => total + of(operation), 0);
      const work = sum((operation) => operation.multiply_adds);
      return {
        machine: machine.name,
        phase: name,
        part,
        intensity_per_B: work / sum((o) => o.dram_read_bytes + o.dram_write_bytes),
        multiply_adds_per_s: work / sum((operation) => operation.time_s),
        peak_per_s: arrayLanes(machine.array) * machine.clock.hz,
        bandwidth_B_per_s: bandwidth,
      };
    };
    const projections = phase.operations.filter(({ kind }) => kind === 'bitlinear');
    return [row('projections', projections), row('whole phase', phase.operations)];
  });
}
