/**
 * What is left of the papers' energy ratio on a whole machine: the same shapes simulated with DRAM, SRAM, accumulators at
 * their width and leakage, on a ternary machine and on baselines held equal to it; beside it the ratio of the papers'
 * arithmetic. Ratios are baseline ÷ machine.
 *
 * One family of machines for all sizes: those given, each channel with as many ranks as the largest of them needs for the
 * model at the largest batch, the same on every machine, phase and batch of a model. More ranks mean more standby power,
 * which both machines pay alike, so the ratio of a large model is, if anything, too small.
 *
 * The band of a ratio is that of `ratio-band.ts`: a row of the table moves both machines together.
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
import { rehashed } from '../rehash.ts';
import { arithmeticEnergy, totalEnergy, type ArithmeticWeights } from './arithmetic.ts';
import { embeddingWeights, linearWeights } from './pass.ts';
import { PassSimulator, ranksFor, type PassSize, type SimulatedPass } from './simulate-pass.ts';

export interface WholeMachineSetup {
  readonly models: readonly PublishedModel[];
  /** The ternary machine. */
  readonly machine: Machine;
  readonly baselines: readonly Machine[];
  readonly deviceOf: (dram: MachineDram) => DramDevice;
  /** Of the machines' node; the arithmetic ratio takes the same. */
  readonly prices: PriceTable;
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
  /** Ranks on each DRAM channel of both. */
  readonly ranks: number;
  readonly fidelity: Fidelity;
  /** All layers, and all sequences of a prefill, from the first two. */
  readonly extrapolated: boolean;
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
  const total = models.length * phases.length * batches.length * (1 + baselines.length * matches.length);
  let done = 0;
  const step = (): void => options.onProgress?.(++done, total);
  const rows: WholeMachineRow[] = [];
  for (const model of models) {
    const largest = phases.map((phase): PassSize => ({ phase, context, batch: Math.max(...batches) }));
    const ranks = ranksFor(model, [machine, ...baselines], largest, deviceOf);
    const ours = withRanks(machine, ranks);
    const passes = new PassSimulator(model, { deviceOf, prices, fidelity });
    const facts = {
      model: model.name,
      params: linearWeights(model.shape) + embeddingWeights(model.shape),
      context,
      ranks,
      fidelity,
      extrapolated: model.shape.layers > 2,
    };
    for (const phase of phases) {
      for (const batch of batches) {
        const run = async (on: Machine): Promise<SimulatedPass> => {
          const pass = await passes.extrapolate(on, { phase, context, batch });
          step();
          return pass;
        };
        const left = await run(ours);
        for (const baseline of baselines) {
          for (const match of matches) {
            const right = await run(
              matchBaseline(ours, baseline, match, { machine: prices, baseline: prices }),
            );
            rows.push({
              ...facts,
              phase,
              batch,
              baseline: baseline.name,
              match,
              arithmetic_ratio: arithmeticRatioOf(model, baseline, context, prices),
              whole_ratio: right.energyJ / left.energyJ,
              ...ratioBand(
                { charges: right.charges, table: prices },
                { charges: left.charges, table: prices },
              ),
              speedup: right.timeS / left.timeS,
              machine_J: left.energyJ,
              baseline_J: right.energyJ,
            });
          }
        }
      }
    }
  }
  return rows;
}

function withRanks(machine: Machine, ranks: number): Machine {
  return rehashed({ ...machine, dram: { ...machine.dram, ranks } });
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
  const ranks = ranksFor(model, baselines.slice(0, 1), [size], deviceOf);
  const baseline = matchBaseline(withRanks(machine, ranks), baselines[0]!, 'peak');
  const passes = new PassSimulator(model, { deviceOf, prices, fidelity });
  return (await passes.extrapolate(baseline, size)).energyJ;
}
