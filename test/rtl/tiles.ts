/**
 * Tiles for the benches of rtl/: seeded ones, the file form that a bench reads, and what it prints back.
 * Trits beyond a tile's inputs and outputs are 0; activations beyond its inputs are noise.
 */
import type { ArrayKind } from '../../src/hardware/machine.ts';
import type { Pcg32 } from '../../src/random/pcg32.ts';
import type { ArrayTile } from '../../src/sim/array/tile.ts';
import { TILE_DOTS } from '../../src/sim/datapath/dot.ts';

/** A tile with its values. */
export interface ValuedTile extends ArrayTile {
  /** `[rows, k]` */
  readonly activations: Int8Array;
  /** `[n, k]`, each −1, 0 or +1 */
  readonly trits: Int8Array;
}

export interface TileResult {
  /** `[rows, n]` */
  readonly sums: readonly number[];
  /** From the first valid operand to the last valid result, inclusive. */
  readonly cycles: number;
}

/** int8 activations over the whole range, −128 included, and trits with about `zeros` of them 0. */
export function randomTile(chance: Pcg32, shape: ArrayTile, zeros: number): ValuedTile {
  const { rows, k, n } = shape;
  const trit = (): number => (chance.uniform() < zeros ? 0 : chance.below(2) * 2 - 1);
  return {
    ...shape,
    activations: Int8Array.from({ length: rows * k }, () => chance.below(256) - 128),
    trits: Int8Array.from({ length: n * k }, trit),
  };
}

/** Short of a block, a whole one, and blocks with a remainder. */
const sizes = (block: number): number[] =>
  [1, block - 1, block, block + 1, 3 * block + 2].filter((size) => size > 0);

/** One row and several, against all sizes of inputs and outputs of an array of `inputs` × `outputs`. */
export function grid(inputs: number, outputs: number, chance: Pcg32): ValuedTile[] {
  return [1, 3].flatMap((rows) =>
    sizes(inputs).flatMap((k) =>
      sizes(outputs).map((n) => randomTile(chance, { rows, k, n, accumulate: false }, chance.uniform())),
    ),
  );
}

/** The file of `tiles` for an array of `inputs` × `outputs`; its form is in rtl/bench/tile_player.sv. */
export function tileFile(
  tiles: readonly ValuedTile[],
  inputs: number,
  outputs: number,
  chance: Pcg32,
): string {
  const lines = [tiles.length.toString(16)];
  for (const tile of tiles) {
    const { rows, k, n } = tile;
    const blocksK = Math.ceil(k / inputs);
    const blocksN = Math.ceil(n / outputs);
    lines.push([rows, blocksK, blocksN, Number(tile.accumulate)].map((x) => x.toString(16)).join(' '));
    for (let row = 0; row < rows; row++) {
      for (let from = 0; from < blocksK * inputs; from += inputs) {
        lines.push(
          word(inputs, 8, (i) => (from + i < k ? tile.activations[row * k + from + i]! : chance.below(256))),
        );
      }
    }
    for (let to = 0; to < blocksN * outputs; to += outputs) {
      for (let from = 0; from < blocksK * inputs; from += inputs) {
        const code = (i: number): number => {
          const output = to + Math.floor(i / inputs);
          const input = from + (i % inputs);
          return input < k && output < n ? tile.trits[output * k + input]! + 1 : 1;
        };
        lines.push(word(inputs * outputs, 2, code));
      }
    }
  }
  return lines.join('\n');
}

/** `count` fields of `bits` (2 or 8), field 0 lowest, as one hexadecimal word. */
function word(count: number, bits: number, field: (i: number) => number): string {
  let binary = '';
  for (let i = 0; i < count; i++)
    binary = (field(i) & (2 ** bits - 1)).toString(2).padStart(bits, '0') + binary;
  return BigInt(`0b${binary}`).toString(16);
}

/** What the bench of an array with `outputs` columns of `accumulatorBits` printed for each of `tiles`. */
export function benchResults(
  printed: readonly string[],
  tiles: readonly ValuedTile[],
  outputs: number,
  accumulatorBits: number,
): TileResult[] {
  const results = tiles.map(({ rows, n }) => ({ sums: Array<number>(rows * n).fill(NaN), cycles: NaN }));
  for (const line of printed) {
    const [what, index, a, b] = line.split(' ');
    const result = results[Number(index)];
    if (result === undefined) throw new Error(`the bench printed '${line}'`);
    const { rows, n } = tiles[Number(index)]!;
    if (what === 'cycles') result.cycles = Number(b) - Number(a) + 1;
    else if (what === 'result') {
      const from = Math.floor(Number(a) / rows) * outputs;
      const row = Number(a) % rows;
      const sums = BigInt(`0x${b}`);
      for (let output = from; output < Math.min(n, from + outputs); output++) {
        const bits = sums >> BigInt((output - from) * accumulatorBits);
        result.sums[row * n + output] = Number(BigInt.asIntN(accumulatorBits, bits));
      }
    } else throw new Error(`the bench printed '${line}'`);
  }
  return results;
}

/** `[rows, n]` sums of the simulator's datapath of `kind`, tile after tile; one that accumulates goes on from the last. */
export function datapathSums(kind: ArrayKind, tiles: readonly ValuedTile[]): number[][] {
  const all: number[][] = [];
  for (const { rows, k, n, activations, trits, accumulate } of tiles) {
    const sums = Array<number>(rows * n);
    for (let output = 0; output < n; output++) {
      const before = Array.from({ length: rows }, (_, row) =>
        accumulate ? all.at(-1)![row * n + output]! : 0,
      );
      const accumulators = Float64Array.from(before);
      TILE_DOTS[kind](activations, k, 0, trits.subarray(output * k, (output + 1) * k), k, accumulators, rows);
      for (let row = 0; row < rows; row++) sums[row * n + output] = accumulators[row]!;
    }
    all.push(sums);
  }
  return all;
}
