/** The arrays of rtl/ at their benches: all tiles of one configuration in one simulation. */
import type { AdderTreeConfig, ZeroSkipConfig } from '../../src/hardware/machine.ts';
import { arrayShape } from '../../src/mapping/array-shape.ts';
import type { Pcg32 } from '../../src/random/pcg32.ts';
import { runBench } from './icarus.ts';
import { benchResults, tileFile, type TileResult, type ValuedTile } from './tiles.ts';

export function adderTreeInVerilog(
  config: AdderTreeConfig,
  tiles: readonly ValuedTile[],
  chance: Pcg32,
): TileResult[] {
  const { inputs, outputs, dataflow, pipeline } = config;
  return played('adder_tree_bench', config, tiles, chance, {
    INPUTS: inputs,
    OUTPUTS: outputs,
    SELECT: pipeline.select,
    TREE: pipeline.tree,
    ACCUMULATE: pipeline.accumulate,
    OUTPUT_STATIONARY: Number(dataflow === 'output-stationary'),
  });
}

export function zeroSkipInVerilog(
  config: ZeroSkipConfig,
  tiles: readonly ValuedTile[],
  chance: Pcg32,
): TileResult[] {
  const { lanes, outputs, window, queue, skips, laneBits, pipeline } = config;
  return played('zero_skip_bench', config, tiles, chance, {
    LANES: lanes,
    OUTPUTS: outputs,
    WINDOW: window,
    QUEUE: queue,
    SKIP_ACTIVATIONS: Number(skips === 'weights-and-activations'),
    LANE_BITS: laneBits,
    TREE: pipeline.tree,
    ACCUMULATE: pipeline.accumulate,
  });
}

function played(
  bench: string,
  config: AdderTreeConfig | ZeroSkipConfig,
  tiles: readonly ValuedTile[],
  chance: Pcg32,
  parameters: Readonly<Record<string, number>>,
): TileResult[] {
  const { inputs, outputs } = arrayShape(config);
  const most = (size: (rows: number, blocksK: number, blocksN: number) => number): number =>
    Math.max(...tiles.map(({ rows, k, n }) => size(rows, Math.ceil(k / inputs), Math.ceil(n / outputs))));
  const printed = runBench(
    bench,
    {
      ...parameters,
      ACC_BITS: config.accumulatorBits,
      DEPTH: most((rows, _, blocksN) => rows * blocksN),
      LINES: most((rows, blocksK, blocksN) => Math.max(rows, blocksN) * blocksK),
    },
    tileFile(tiles, inputs, outputs, chance),
  );
  return benchResults(printed, tiles, outputs, config.accumulatorBits);
}
