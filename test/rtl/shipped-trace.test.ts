/** Do both arrays in Verilog agree with the simulator on tiles of the shipped trace, as the machines' mapping cuts them? */
import { afterAll, describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { AdderTreeConfig, Machine, ZeroSkipConfig } from '../../src/hardware/machine.ts';
import { parts, tileLinear } from '../../src/mapping/tiling.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { adderTreeCost } from '../../src/sim/array/adder-tree.ts';
import { rowChecksum } from '../../src/trace/checksum.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';
import type { Phase } from '../../src/trace/operation.ts';
import { adderTreeInVerilog, zeroSkipInVerilog } from './arrays.ts';
import { toolFound } from './icarus.ts';
import { datapathSums, type ValuedTile } from './tiles.ts';
import { zeroSkipCycles } from './tile-trace.ts';

const trace = await openTraceFile('traces/tritsim-25m.p64d16.safetensors');
afterAll(() => trace.close());

/** One of the first layer's projections each, and one of the last's. */
const PROJECTIONS = [
  ...['q', 'k', 'v', 'o', 'gate', 'up', 'down'].map((name) => `layers.0.${name}_proj`),
  'layers.7.down_proj',
];

/** Token rows of tile `index` (counted over outputs; modulo their number) of a projection, first inputs first. */
async function tileOf(
  machine: Machine,
  phase: Phase,
  name: string,
  rows: readonly [from: number, to: number],
  index: number,
): Promise<ValuedTile> {
  const operation = trace.manifest.operations.find((found) => found.name === name);
  if (operation?.kind !== 'bitlinear') throw new Error(`the trace has no projection ${name}`);
  const { tileK, tileN } = tileLinear(operation, rows[1] - rows[0], machine);
  const [k] = parts(operation.in, tileK);
  const tiles = parts(operation.out, tileN);
  const n = tiles[index % tiles.length]!;
  const { codes, bytesPerRow } = await trace.readTrits(name);
  const recorded = await trace.readRows(phase, name, ...rows);
  const trit = (output: number, input: number): number =>
    ((codes[output * bytesPerRow + (input >> 2)]! >> (2 * (input & 3))) & 3) - 1;
  return {
    rows: recorded.rows,
    k: k!.size,
    n: n.size,
    accumulate: false,
    activations: recorded.activations.filter((_, at) => at % operation.in < k!.size),
    trits: Int8Array.from({ length: n.size * k!.size }, (_, at) =>
      trit(n.from + Math.floor(at / k!.size), at % k!.size),
    ),
  };
}

/** A decoded token of every projection, and three tokens of the prompt. */
const someTiles = (machine: Machine): Promise<ValuedTile[]> =>
  Promise.all([
    ...PROJECTIONS.map((name, i) => tileOf(machine, 'decode', name, [2 * i, 2 * i + 1], 5 * i)),
    tileOf(machine, 'prefill', 'layers.3.k_proj', [20, 23], 1),
  ]);

describe.skipIf(!toolFound('iverilog'))('the shipped trace through the arrays in Verilog', () => {
  test('adder tree: sums and cycles of tiles of every projection', async () => {
    const machine = await loadMachine('test-tiny');
    const config = machine.array as AdderTreeConfig;
    const tiles = await someTiles(machine);
    const results = adderTreeInVerilog(config, tiles, new Pcg32(1));
    expect(results.map(({ sums }) => sums)).toEqual(datapathSums('adder-tree', tiles));
    expect(results.map(({ cycles }) => cycles)).toEqual(
      tiles.map((tile) => adderTreeCost(machine, config, tile).cycles),
    );
  });

  test('edge-ternary’s adder tree: a whole projection, up to the checksum that the reference engine left', async () => {
    const machine = await loadMachine('edge-ternary');
    const config = machine.array as AdderTreeConfig;
    const tile = await tileOf(machine, 'decode', 'layers.0.k_proj', [7, 8], 0);
    const [result] = adderTreeInVerilog(config, [tile], new Pcg32(2));
    const { checksums } = await trace.readRows('decode', 'layers.0.k_proj', 7, 8);
    expect(rowChecksum(Int32Array.from(result!.sums), 0, tile.n)).toBe(checksums[0]);
    expect(result!.cycles).toBe(adderTreeCost(machine, config, tile).cycles);
  });

  test.for([
    ['weights', 0],
    ['weights-and-activations', 1],
  ] as const)(
    'zero-skip, skipping %s: sums and cycles of every other of these tiles',
    async ([skips, from]) => {
      const machine = await loadMachine('test-tiny-zero-skip');
      const config = { ...(machine.array as ZeroSkipConfig), skips };
      const tiles = (await someTiles(machine)).filter((_, i) => i % 2 === from);
      const results = zeroSkipInVerilog(config, tiles, new Pcg32(3));
      expect(results.map(({ sums }) => sums)).toEqual(datapathSums('zero-skip', tiles));
      expect(results.map(({ cycles }) => cycles)).toEqual(
        await Promise.all(tiles.map((tile) => zeroSkipCycles(machine, config, tile))),
      );
    },
  );
});
