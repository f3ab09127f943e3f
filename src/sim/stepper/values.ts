/**
 * The values of a phase's projections: what the stepped array reads, and the sums that it leaves. Tiles are counted with
 * outputs outside, inputs inside.
 */
import type { Program } from '../../mapping/program.ts';
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

/** Where a tile lies in its projection, and its first row in the phase. */
interface Corner {
  readonly input: number;
  readonly output: number;
  readonly row: number;
}

/** The corner of every array command's tile, by command. */
export function tileCorners(
  program: Program,
  operations: readonly Operation[],
  tilings: ReadonlyMap<string, Tiling>,
): ReadonlyMap<number, Corner> {
  const corners = new Map<number, Corner>();
  const known = new Map<number, Omit<Corner, 'row'>[]>();
  for (let command = 0; command < program.length; command++) {
    if (program.works[program.work[command]!]!.unit !== 'array') continue;
    const operation = program.operation[command]!;
    let tiles = known.get(operation);
    if (tiles === undefined) {
      const { k, n, tileK, tileN } = tilings.get(operations[operation]!.name)!;
      tiles = parts(n, tileN).flatMap((output) =>
        parts(k, tileK).map((input) => ({ input: input.from, output: output.from })),
      );
      known.set(operation, tiles);
    }
    corners.set(command, { ...tiles[program.tile[command]!]!, row: program.firstRow[command]! });
  }
  return corners;
}

const zero = (): number => 0;

/** The tile at `corner`, on the values of its projection; without values all are zero. */
export function tileOf(
  work: { readonly rows: number; readonly k: number; readonly n: number; readonly accumulate: boolean },
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
    (corner.row + row) * operation.out + corner.output + output;
  return {
    rows,
    k,
    n,
    accumulate,
    activation: (row, input) => activations[(corner.row + row) * operation.in + corner.input + input]!,
    weight: (input, output) => trit(corner.output + output, corner.input + input),
    accumulators: {
      read: (row, output) => sums[at(row, output)]!,
      write: (row, output, sum) => {
        sums[at(row, output)] = sum;
      },
    },
  };
}
