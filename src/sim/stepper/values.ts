/**
 * The values of a phase's projections: what the stepped array reads, and the sums that it leaves. A tile of a program is found
 * by counting the array's commands of an operation: outputs outside, inputs inside.
 */
import type { Program } from '../../mapping/program.ts';
import type { Step } from '../../mapping/steps.ts';
import { parts, type Tiling } from '../../mapping/tiling.ts';
import type { Operation } from '../../trace/operation.ts';
import type { Tile } from './array/tile.ts';

/** One projection in one phase. */
export interface ProjectionValues {
  /** `[rows of the phase, in]` */
  readonly activations: Int8Array;
  readonly trit: (output: number, input: number) => number;
  /** `[rows of the phase, out]`: the array's sums, written while the phase runs. */
  readonly sums: Int32Array;
}

/** By the name of the projection. */
export type PhaseValues = ReadonlyMap<string, ProjectionValues>;

/** Where a tile lies in its projection. */
interface Corner {
  readonly input: number;
  readonly output: number;
}

/** The corner of every array command's tile, by command. */
export function tileCorners(
  program: Program,
  operations: readonly Operation[],
  tilings: ReadonlyMap<string, Tiling>,
): ReadonlyMap<number, Corner> {
  const corners = new Map<number, Corner>();
  const queues = new Map<number, Corner[]>();
  for (let command = 0; command < program.length; command++) {
    if (program.works[program.work[command]!]!.unit !== 'array') continue;
    const operation = program.operation[command]!;
    let queue = queues.get(operation);
    if (queue === undefined) {
      const { k, n, tileK, tileN } = tilings.get(operations[operation]!.name)!;
      queue = parts(n, tileN).flatMap((output) =>
        parts(k, tileK).map((input) => ({ input: input.from, output: output.from })),
      );
      queues.set(operation, queue);
    }
    corners.set(command, queue.shift()!);
  }
  return corners;
}

const zero = (): number => 0;

/** The tile at `corner` of a step, on the values of its projection; without values all are zero. */
export function tileOf(
  work: { readonly rows: number; readonly k: number; readonly n: number; readonly accumulate: boolean },
  step: Step,
  corner: Corner,
  operation: Operation,
  values: ProjectionValues | undefined,
): Tile {
  const { rows, k, n, accumulate } = work;
  if (values === undefined || operation.kind !== 'bitlinear') {
    return {
      rows,
      k,
      n,
      accumulate,
      activation: zero,
      weight: zero,
      accumulators: { read: zero, write() {} },
    };
  }
  const { activations, trit, sums } = values;
  const at = (row: number, output: number): number =>
    (step.firstRow + row) * operation.out + corner.output + output;
  return {
    rows,
    k,
    n,
    accumulate,
    activation: (row, input) => activations[(step.firstRow + row) * operation.in + corner.input + input]!,
    weight: (input, output) => trit(corner.output + output, corner.input + input),
    accumulators: {
      read: (row, output) => sums[at(row, output)]!,
      write: (row, output, sum) => {
        sums[at(row, output)] = sum;
      },
    },
  };
}
