/** Does hardware of the zero-skip array, simulated from its Verilog, compute the right sums in the simulator's cycles? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { ZeroSkipConfig } from '../../src/hardware/machine.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { zeroSkipInVerilog } from './arrays.ts';
import { toolFound } from './icarus.ts';
import { datapathSums, grid, randomTile, type ValuedTile } from './tiles.ts';
import { zeroSkipCycles } from './tile-trace.ts';

const machine = await loadMachine('test-tiny-zero-skip');
const shipped = await loadMachine('edge-zero-skip');
const tiny = machine.array as ZeroSkipConfig;

async function expectAgreement(
  config: ZeroSkipConfig,
  tiles: readonly ValuedTile[],
  chance: Pcg32,
): Promise<void> {
  const results = zeroSkipInVerilog(config, tiles, chance);
  expect(results.map(({ sums }) => sums)).toEqual(datapathSums('zero-skip', tiles));
  const cycles = await Promise.all(tiles.map((tile) => zeroSkipCycles(machine, config, tile)));
  expect(results.map((result) => result.cycles)).toEqual(cycles);
}

const array = (
  [lanes, outputs, window, queue]: readonly [number, number, number, number],
  [tree, accumulate]: readonly [number, number],
  skips: ZeroSkipConfig['skips'],
): ZeroSkipConfig => ({
  kind: 'zero-skip',
  lanes,
  outputs,
  window,
  queue,
  skips,
  laneBits: 20,
  accumulatorBits: 24,
  pipeline: { tree, accumulate },
});

const ARRAYS = [
  tiny,
  array([4, 3, 4, 2], [1, 1], 'weights'),
  array([4, 2, 4, 1], [2, 1], 'weights'),
  array([3, 2, 5, 3], [1, 2], 'weights-and-activations'),
  array([2, 4, 2, 7], [1, 0], 'weights-and-activations'),
  array([1, 1, 8, 4], [0, 1], 'weights'),
  array([5, 1, 1, 2], [0, 0], 'weights'),
  array([2, 3, 16, 1], [3, 1], 'weights-and-activations'),
];

const label = ({ lanes, outputs, window, queue, skips, pipeline }: ZeroSkipConfig): string =>
  `${lanes} × ${outputs} lanes, window ${window}, queue ${queue}, skips ${skips}, ` +
  `stages ${Object.values(pipeline).join(' + ')}`;

/** The tile with about `zeros` of its activations 0. */
const withZeroActivations = (tile: ValuedTile, zeros: number, chance: Pcg32): ValuedTile => ({
  ...tile,
  activations: tile.activations.map((x) => (chance.uniform() < zeros ? 0 : x)),
});

describe.skipIf(!toolFound('iverilog'))('the zero-skip array in Verilog', () => {
  test.for(ARRAYS.map((config) => [label(config), config] as const))(
    '%s: sums and cycles of a grid of tiles are the simulator’s',
    async ([, config]) => {
      const chance = new Pcg32(1);
      const tiles = grid(config.lanes * config.window, config.outputs, chance);
      await expectAgreement(
        config,
        tiles.map((tile) => withZeroActivations(tile, 0.3, chance)),
        chance,
      );
    },
  );

  test('long passes, in which lanes run ahead of each other, and a matrix without any zero or any trit', async () => {
    const chance = new Pcg32(2);
    const shape = { rows: 2, k: 500, n: 5, accumulate: false };
    const tiles = [0.42, 0.9, 0, 1].map((zeros) => randomTile(chance, shape, zeros));
    await expectAgreement(array([4, 3, 4, 3], [1, 1], 'weights'), tiles, chance);
  });

  test('a tile that goes on from the partial sums of the one before ends with the sums of both', async () => {
    const chance = new Pcg32(3);
    const tiles = [false, true, true].map((accumulate) =>
      randomTile(chance, { rows: 3, k: 37, n: 5, accumulate }, 0.4),
    );
    await expectAgreement(array([3, 2, 4, 2], [2, 2], 'weights'), tiles, chance);
  });

  test('four columns of edge-zero-skip’s array: two blocks of outputs of a decode row', async () => {
    const config = { ...(shipped.array as ZeroSkipConfig), outputs: 4 };
    const chance = new Pcg32(4);
    const shape = {
      rows: 1,
      k: 2 * config.lanes * config.window + 5,
      n: config.outputs + 1,
      accumulate: false,
    };
    await expectAgreement(config, [randomTile(chance, shape, 0.42)], chance);
  });
});
