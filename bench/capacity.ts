/**
 * What the DRAM's capacity does to the ratio of a decoded token: `npx tsx bench/capacity.ts`. Energy of edge-fp16 at equal peak ÷ energy of
 * edge-ternary at 512 tokens of context, estimated: with the ranks that each needs, with those of the larger on both, and
 * without standby; and the share that standby has in each energy.
 */
import { matchBaseline } from '../src/analysis/match.ts';
import { loadWholeMachine } from '../src/analysis/published/load.node.ts';
import { PassSimulator, type SimulatedPass } from '../src/analysis/published/simulate-pass.ts';
import { rehashed } from '../src/analysis/rehash.ts';
import type { Machine } from '../src/hardware/machine.ts';

const PJ_PER_J = 1e12;

const { models, machine, baselines, deviceOf, prices } = await loadWholeMachine([
  'gpt-1.3b',
  'gpt-13b',
  'gpt-70b',
]);
const baseline = matchBaseline(machine, baselines[0]!, 'peak');

function standbyJ({ charges }: SimulatedPass): number {
  const own = charges.filter(({ action }) => action.startsWith('dram.standby'));
  return own.reduce((sum, { count, price }) => sum + count * price.amount, 0) / PJ_PER_J;
}

const withRanks = (on: Machine, ranks: number): Machine => rehashed({ ...on, dram: { ...on.dram, ranks } });
const ratio = (above: number, below: number): string => (above / below).toFixed(2);
const share = (pass: SimulatedPass): string => `${((100 * standbyJ(pass)) / pass.energyJ).toFixed(0)} %`;

for (const model of models) {
  const passes = new PassSimulator(model, { deviceOf, prices, fidelity: 'analytic' });
  for (const batch of [1, 16]) {
    const size = { phase: 'decode', context: 512, batch } as const;
    const ours = await passes.extrapolate(machine, size);
    const theirs = await passes.extrapolate(baseline, size);
    const equal = await passes.simulate(withRanks(machine, theirs.ranks), size);
    console.log(
      `${model.name}, batch ${batch}: ${ratio(theirs.energyJ, ours.energyJ)} at ${ours.ranks} and ${theirs.ranks} ranks, ` +
        `${ratio(theirs.energyJ, equal.energyJ)} at ${theirs.ranks} on both, ` +
        `${ratio(theirs.energyJ - standbyJ(theirs), ours.energyJ - standbyJ(ours))} without standby; ` +
        `standby ${share(ours)} and ${share(theirs)}`,
    );
  }
}
