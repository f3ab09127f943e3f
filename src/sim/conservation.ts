/**
 * Checks that every simulation runs on its own result. A violated one throws: the numbers of such a run mean nothing.
 *
 * | name | what must hold |
 * |---|---|
 * | multiply-adds | what the array's tiles did = Σ M·N·K of the projections |
 * | bytes | bursts asked for by the program = bursts read, merged or forwarded by the DRAM |
 * | compute bound | time ≥ busy time of each unit; busy cycles of the array ≥ multiply-adds issued ÷ lanes |
 * | bandwidth bound | time ≥ DRAM bytes ÷ peak bandwidth |
 * | time parts | the time attributed to components, and to operations, adds up to the total |
 * | array idle | what the array waited for adds up to the time with no command on it |
 */
import { TritsimError } from '../errors/error.ts';
import type { DramCounts } from './dram/system.ts';

export interface ConservationInput {
  readonly phase: string;
  readonly timePs: number;
  readonly lanes: number;
  readonly multiplyAdds: number;
  /** Lane-cycles of work issued: multiply-adds that were not skipped. */
  readonly laneCycles: number;
  readonly expectedMultiplyAdds: number;
  readonly arrayBusyCycles: number;
  readonly busiestUnitPs: number;
  readonly burstBytes: number;
  readonly readBursts: number;
  readonly writeBursts: number;
  readonly dram: DramCounts;
  readonly peakBytesPerSecond: number;
  readonly componentPartsPs: number;
  readonly operationPartsPs: number;
  /** Time with no command on the array, and the sum of what it waited for; absent where no time line was followed. */
  readonly arrayIdle?: { readonly ps: number; readonly stallsPs: number };
}

const PICOSECONDS = 1e12;

/** Runs all checks; returns their names. @throws CONSERVATION_VIOLATED naming the check and both sides */
export function checkConservation(input: ConservationInput): string[] {
  const { dram, timePs } = input;
  const rules: [name: string, holds: boolean, found: () => string][] = [
    [
      'multiply-adds',
      input.multiplyAdds === input.expectedMultiplyAdds,
      () => `${input.multiplyAdds} done, ${input.expectedMultiplyAdds} in the trace`,
    ],
    [
      'bytes read',
      dram.rd + dram.forwarded === input.readBursts && dram.readBytes === dram.rd * input.burstBytes,
      () => `${input.readBursts} bursts asked for, ${dram.rd} read and ${dram.forwarded} forwarded`,
    ],
    [
      'bytes written',
      dram.wr + dram.merged === input.writeBursts && dram.writeBytes === dram.wr * input.burstBytes,
      () => `${input.writeBursts} bursts asked for, ${dram.wr} written and ${dram.merged} merged`,
    ],
    [
      'compute bound',
      timePs >= input.busiestUnitPs && input.arrayBusyCycles * input.lanes >= input.laneCycles,
      () => `${timePs} ps for a unit that was busy ${input.busiestUnitPs} ps`,
    ],
    [
      'bandwidth bound',
      timePs * input.peakBytesPerSecond >= (dram.readBytes + dram.writeBytes) * PICOSECONDS,
      () => `${dram.readBytes + dram.writeBytes} bytes in ${timePs} ps`,
    ],
    [
      'time by component',
      input.componentPartsPs === timePs,
      () => `${input.componentPartsPs} of ${timePs} ps`,
    ],
    [
      'time by operation',
      input.operationPartsPs === timePs,
      () => `${input.operationPartsPs} of ${timePs} ps`,
    ],
  ];
  if (input.arrayIdle !== undefined) {
    const { ps, stallsPs } = input.arrayIdle;
    rules.push(['stalls of the array', stallsPs === ps, () => `${stallsPs} of ${ps} ps idle`]);
  }
  for (const [name, holds, found] of rules) {
    if (!holds) {
      throw new TritsimError(
        'CONSERVATION_VIOLATED',
        `the ${name} of the ${input.phase} phase do not add up`,
        {
          found: found(),
          hint: 'This is a defect of the simulator; please report it with the machine and the trace.',
        },
      );
    }
  }
  return rules.map(([name]) => name);
}
