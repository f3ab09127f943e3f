/**
 * How far extrapolated passes are from whole ones: `npx tsx bench/extrapolation.ts [--write]`.
 *
 * 1. Layers: BitNet b1.58 700M, 24 layers, a prefill of 128 tokens and a decoded token, on the ternary and the FP16 machine,
 *    simulated whole, command by command; then the errors of two layers extrapolated, simulated and estimated.
 * 2. Sequences: ratios of a prefill of 16 × 512 from two sequences and two layers, against all of them, both estimated, of the pairs
 *    that `tritsim reproduce` prints: both machines with the ranks of DRAM that the one that needs more has. `--write` does this part
 *    only and writes reports/published/extrapolation.csv, from which results state their error.
 */
import { writeFile } from 'node:fs/promises';
import { matchBaseline, type Match } from '../src/analysis/match.ts';
import { loadWholeMachine } from '../src/analysis/published/load.node.ts';
import {
  PassSimulator,
  ranksFor,
  type PassSize,
  type SimulatedPass,
} from '../src/analysis/published/simulate-pass.ts';
import { rehashed } from '../src/analysis/rehash.ts';
import type { Machine } from '../src/hardware/machine.ts';
import { toCsv } from '../src/report/csv.ts';
import type { Fidelity } from '../src/sim/result.ts';

const MATCHES: readonly Match[] = ['peak', 'area'];
const [layered, ...sized] = [
  'bitnet-b1.58-700m',
  'gpt-1.3b',
  'gpt-2.7b',
  'gpt-6.7b',
  'bitnet-b1.58-2b4t',
] as const;
const setup = await loadWholeMachine([layered, ...sized]);
const { models, machine, baselines, deviceOf, prices } = setup;
const model = models[0]!;
const passesOf = (fidelity: Fidelity, of = model): PassSimulator =>
  new PassSimulator(of, { deviceOf, prices, fidelity });
const cycle = passesOf('cycle');
const analytic = passesOf('analytic');

function percent(a: number, b: number): string {
  return `${(100 * (a / b - 1)).toFixed(2)} %`;
}

function error(guessed: SimulatedPass, whole: SimulatedPass): string {
  return `time ${percent(guessed.timeS, whole.timeS)}, energy ${percent(guessed.energyJ, whole.energyJ)}`;
}

async function layers(): Promise<void> {
  for (const on of [machine, matchBaseline(machine, baselines[0]!, 'peak')]) {
    const sizes: PassSize[] = [
      { phase: 'decode', context: 512, batch: 1 },
      { phase: 'prefill', context: 128, batch: 1 },
    ];
    for (const size of sizes) {
      const whole = await cycle.simulate(on, size);
      const name = `${on.name}, ${size.phase} of ${size.context}`;
      console.log(`${name}: ${whole.timeS.toPrecision(4)} s, ${whole.energyJ.toPrecision(4)} J`);
      console.log(`  two layers, simulated: ${error(await cycle.extrapolate(on, size), whole)}`);
      console.log(`  two layers, estimated: ${error(await analytic.extrapolate(on, size), whole)}`);
    }
  }
}

interface SequenceRow {
  readonly model: string;
  readonly machine: string;
  readonly baseline: string;
  readonly match: Match;
  /** On each channel of both machines. */
  readonly ranks: number;
  readonly whole_ratio_run: number;
  readonly whole_ratio_extrapolated: number;
  readonly error: number;
}

async function sequences(): Promise<SequenceRow[]> {
  const size = { phase: 'prefill', context: 512, batch: 16 } as const;
  const rows: SequenceRow[] = [];
  for (const each of models.slice(1)) {
    const passes = passesOf('analytic', each);
    const both = async (on: Machine, ranks: number): Promise<{ run: number; extrapolated: number }> => {
      const sufficient = rehashed({ ...on, dram: { ...on.dram, ranks } });
      const whole = await passes.simulate(sufficient, size);
      return { run: whole.energyJ, extrapolated: (await passes.extrapolate(on, size, ranks)).energyJ };
    };
    for (const baseline of baselines) {
      for (const match of MATCHES) {
        const on = matchBaseline(machine, baseline, match, { machine: prices, baseline: prices });
        const ranks = ranksFor(each, [machine, on], [size], deviceOf);
        const ours = await both(machine, ranks);
        const theirs = await both(on, ranks);
        const run = theirs.run / ours.run;
        const extrapolated = theirs.extrapolated / ours.extrapolated;
        rows.push({
          model: each.name,
          machine: machine.name,
          baseline: baseline.name,
          match,
          ranks,
          whole_ratio_run: run,
          whole_ratio_extrapolated: extrapolated,
          error: extrapolated / run - 1,
        });
      }
    }
  }
  return rows;
}

const write = process.argv.includes('--write');
if (!write) await layers();
const csv = toCsv(
  ['model', 'machine', 'baseline', 'match', 'ranks', 'whole_ratio_run', 'whole_ratio_extrapolated', 'error'],
  await sequences(),
);
console.log(csv);
if (write) await writeFile(new URL('../reports/published/extrapolation.csv', import.meta.url), csv);
