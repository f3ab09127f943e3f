/** Does hardware of the adder-tree array, simulated from its Verilog, compute the simulator's sums in its cycles? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { AdderTreeConfig, Dataflow } from '../../src/hardware/machine.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { adderTreeCost } from '../../src/sim/array/adder-tree.ts';
import { adderTreeInVerilog } from './arrays.ts';
import { toolFound } from './icarus.ts';
import { datapathSums, grid, randomTile, type ValuedTile } from './tiles.ts';

const machine = await loadMachine('edge-ternary');
const tiny = await loadMachine('test-tiny');

function expectAgreement(config: AdderTreeConfig, tiles: readonly ValuedTile[], chance: Pcg32): void {
  const results = adderTreeInVerilog(config, tiles, chance);
  expect(results.map(({ sums }) => sums)).toEqual(datapathSums('adder-tree', tiles));
  expect(results.map(({ cycles }) => cycles)).toEqual(
    tiles.map((tile) => adderTreeCost(machine, config, tile).cycles),
  );
}

const array = (
  inputs: number,
  outputs: number,
  [select, tree, accumulate]: readonly [number, number, number],
  dataflow: Dataflow,
): AdderTreeConfig => ({
  kind: 'adder-tree',
  inputs,
  outputs,
  dataflow,
  accumulatorBits: 24,
  pipeline: { select, tree, accumulate },
});

const ARRAYS = [
  tiny.array as AdderTreeConfig,
  array(8, 4, [1, 2, 1], 'weight-stationary'),
  array(6, 3, [0, 3, 2], 'weight-stationary'),
  array(13, 2, [2, 1, 3], 'output-stationary'),
  array(5, 2, [1, 1, 0], 'output-stationary'),
  array(9, 2, [2, 0, 0], 'weight-stationary'),
  array(1, 1, [0, 0, 1], 'weight-stationary'),
  array(2, 5, [0, 5, 1], 'output-stationary'),
];

const label = ({ inputs, outputs, dataflow, pipeline }: AdderTreeConfig): string =>
  `${inputs} × ${outputs}, ${dataflow}, stages ${Object.values(pipeline).join(' + ')}`;

describe.skipIf(!toolFound('iverilog'))('the adder-tree array in Verilog', () => {
  test.for(ARRAYS.map((config) => [label(config), config] as const))(
    '%s: sums and cycles of a grid of tiles are the simulator’s',
    ([, config]) => {
      const chance = new Pcg32(1);
      expectAgreement(config, grid(config.inputs, config.outputs, chance), chance);
    },
  );

  test.for(['weight-stationary', 'output-stationary'] as const)(
    '%s: a tile that goes on from the partial sums of the one before ends with the sums of both',
    (dataflow) => {
      const chance = new Pcg32(2);
      const shape = { rows: 3, k: 11, n: 7 };
      const tiles = [false, true, true, false, true].map((accumulate) =>
        randomTile(chance, { ...shape, accumulate }, 0.4),
      );
      expectAgreement(array(4, 3, [1, 2, 2], dataflow), tiles, chance);
    },
  );

  test.for(['weight-stationary', 'output-stationary'] as const)(
    '%s: the widest sums fit: 2048 times −128 subtracted, and added',
    (dataflow) => {
      const shape = { rows: 1, k: 2048, n: 2, accumulate: false };
      const tile: ValuedTile = {
        ...shape,
        activations: new Int8Array(2048).fill(-128),
        trits: Int8Array.from({ length: 2 * 2048 }, (_, i) => (i < 2048 ? -1 : 1)),
      };
      const config = { ...array(64, 2, [1, 2, 1], dataflow), accumulatorBits: 20 };
      const [result] = adderTreeInVerilog(config, [tile], new Pcg32(3));
      expect(result!.sums).toEqual([2048 * 128, -2048 * 128]);
    },
  );

  test('edge-ternary’s array, 64 × 32: decode rows and a short prefill', () => {
    const chance = new Pcg32(4);
    const shapes = [
      { rows: 1, k: 100, n: 33 },
      { rows: 3, k: 130, n: 20 },
    ];
    const tiles = shapes.map((shape) => randomTile(chance, { ...shape, accumulate: false }, 0.42));
    expectAgreement(machine.array as AdderTreeConfig, tiles, chance);
  });
});
