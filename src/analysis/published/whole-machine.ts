/**
 * What is left of the papers' energy ratio on a whole machine: the same shapes simulated with DRAM, SRAM, accumulators at
 * their width and leakage, on a ternary machine and on baselines held equal to it; beside it the ratio of the papers'
 * arithmetic. Ratios are baseline ÷ machine.
 *
 * The DRAM of the two machines of a row is equal, capacity included: on each channel the least power of two of ranks that holds that model,
 * phase, batch and context on the one that needs more. So the ternary machine pays standby for ranks that only wider weights
 * fill, and no row depends on what else is asked for.
 *
 * The band of a ratio is that of `ratio-band.ts`: a row of the table moves both machines together. It holds no error of the estimate
 * and none of extrapolation, which is stated beside (`extrapolation_error`).
 *
 * NOT MODELLED: power-down of ranks that are not in use; a DRAM channel's limit of two ranks or four.
 */
import { TritsimError } from '../../errors/error.ts';
import type { PriceTable } from '../../energy/table.ts';
import type { ArrayKind, Machine, MachineDram } from '../../hardware/machine.ts';
import type { DramDevice } from '../../sim/dram/device.ts';
import type { Fidelity } from '../../sim/result.ts';
import type { Phase } from '../../trace/operation.ts';
import type { PublishedModel } from '../../trace/published.ts';
import { matchBaseline, type Match } from '../match.ts';
import { ratioBand } from '../ratio-band.ts';
import { arithmeticEnergy, totalEnergy, type ArithmeticWeights } from './arithmetic.ts';
import { embeddingWeights, linearWeights } from './pass.ts';
import {
  extrapolatedParts,
  PassSimulator,
  ranksFor,
  type Extrapolated,
  type PassSize,
  type SimulatedPass,
} from './simulate-pass.ts';

export interface WholeMachineSetup {
  readonly models: readonly PublishedModel[];
  /** The ternary machine. */
  readonly machine: Machine;
  readonly baselines: readonly Machine[];
  readonly deviceOf: (dram: MachineDram) => DramDevice;
  /** Of the machines' node; the arithmetic ratio takes the same. */
  readonly prices: PriceTable;
  /** The largest error of a ratio whose sequences were extrapolated, as measured: a part of it. */
  readonly extrapolationError: number;
}

export interface WholeMachineOptions {
  readonly matches: readonly Match[];
  readonly phases: readonly Phase[];
  readonly batches: readonly number[];
  /** Tokens of the prompt; of the cache before the decoded token. The papers' passes have 512. */
  readonly context: number;
  readonly fidelity: Fidelity;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface WholeMachineRow {
  readonly model: string;
  /** Weights of projections, embedding and head. */
  readonly params: number;
  readonly phase: Phase;
  readonly batch: number;
  readonly context: number;
  readonly baseline: string;
  readonly match: Match;
  /** The papers' kind of ratio, of the same shape and length. */
  readonly arithmetic_ratio: number;
  /** Energy of the whole baseline ÷ energy of the whole machine. */
  readonly whole_ratio: number;
  readonly low: number;
  readonly high: number;
  /** Time of the baseline ÷ time of the machine. */
  readonly speedup: number;
  readonly machine_J: number;
  readonly baseline_J: number;
  /** Ranks on each DRAM channel of both machines. */
  readonly ranks: number;
  readonly fidelity: Fidelity;
  /** What was extrapolated from the first two; empty where nothing was. */
  readonly extrapolated: readonly Extrapolated[];
  /** Part by which extrapolated sequences were measured to move `whole_ratio` at most; null where all were run. */
  readonly extrapolation_error: number | null;
}

/**
 * One row for every model, phase, batch, baseline and match, in that order.
 * @throws what `simulate`, `priceSimulation` and `matchBaseline` throw; PUBLISHED_BASELINE for an array without a
 *   counterpart in the papers' arithmetic
 */
export async function wholeMachineRatios(
  setup: WholeMachineSetup,
  options: WholeMachineOptions,
): Promise<WholeMachineRow[]> {
  const { models, machine, baselines, deviceOf, prices } = setup;
  const { matches, phases, batches, context, fidelity } = options;
  const total = models.length * phases.length * batches.length * 2 * baselines.length * matches.length;
  let done = 0;
  const step = (): void => options.onProgress?.(++done, total);
  const tables = { machine: prices, baseline: prices };
  const held = baselines.flatMap((baseline) =>
    matches.map((match) => ({ match, on: matchBaseline(machine, baseline, match, tables) })),
  );
  const rows: WholeMachineRow[] = [];
  for (const model of models) {
    const passes = new PassSimulator(model, { deviceOf, prices, fidelity });
    const params = linearWeights(model.shape) + embeddingWeights(model.shape);
    for (const phase of phases) {
      for (const batch of batches) {
        const size = { phase, context, batch };
        const run = async (on: Machine, ranks: number): Promise<SimulatedPass> => {
          const pass = await passes.extrapolate(on, size, ranks);
          step();
          return pass;
        };
        const extrapolated = extrapolatedParts(model, size);
        for (const { match, on } of held) {
          const ranks = ranksFor(model, [machine, on], [size], deviceOf);
          const left = await run(machine, ranks);
          const right = await run(on, ranks);
          rows.push({
            model: model.name,
            params,
            phase,
            batch,
            context,
            baseline: on.name,
            match,
            arithmetic_ratio: arithmeticRatioOf(model, on, context, prices),
            whole_ratio: right.energyJ / left.energyJ,
            ...ratioBand({ charges: right.charges, table: prices }, { charges: left.charges, table: prices }),
            speedup: right.timeS / left.timeS,
            machine_J: left.energyJ,
            baseline_J: right.energyJ,
            ranks,
            fidelity,
            extrapolated,
            extrapolation_error: extrapolated.includes('sequences') ? setup.extrapolationError : null,
          });
        }
      }
    }
  }
  return rows;
}

function arithmeticRatioOf(
  { shape }: PublishedModel,
  { array, name }: Machine,
  context: number,
  prices: PriceTable,
): number {
  const theirs = totalEnergy(arithmeticEnergy(shape, weightsOf(array.kind, name), context, prices));
  return theirs / totalEnergy(arithmeticEnergy(shape, 'ternary', context, prices));
}

/** The weights that an array multiplies with, as the papers' arithmetic knows them. */
function weightsOf(kind: ArrayKind, name: string): ArithmeticWeights {
  if (kind === 'mac-fp16') return 'fp16';
  if (kind === 'mac-int8') return 'int8';
  if (kind === 'mac-int4') return 'int4';
  throw new TritsimError('PUBLISHED_BASELINE', "the papers' arithmetic has no price for this array", {
    place: name,
    found: kind,
    allowed: ['mac-fp16', 'mac-int8', 'mac-int4'],
  });
}

/**
 * Joules of one phase of `model` on the first baseline beside the machine at equal peak, with the ranks that it needs: for a
 * model that exists in half precision only.
 */
export async function baselineEnergy(
  model: PublishedModel,
  { machine, baselines, deviceOf, prices }: Omit<WholeMachineSetup, 'models'>,
  size: PassSize,
  fidelity: Fidelity,
): Promise<number> {
  const baseline = matchBaseline(machine, baselines[0]!, 'peak');
  const passes = new PassSimulator(model, { deviceOf, prices, fidelity });
  return (await passes.extrapolate(baseline, size)).energyJ;
}
