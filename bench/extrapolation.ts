/**
 * How far a model extrapolated from two layers is from all of its layers: `npx tsx bench/extrapolation.ts`. BitNet b1.58
 * 700M, 24 layers, a prefill of 128 tokens and a decoded token, on the ternary and the FP16 machine: simulated whole, command by
 * command; then the errors of two layers extrapolated, simulated and estimated. Then what extrapolating a prefill from
 * two sequences to 16 adds, estimated at 512 tokens.
 */
import { matchBaseline } from '../src/analysis/match.ts';
import { loadWholeMachine } from '../src/analysis/published/load.node.ts';
import { PassSimulator, type PassSize, type SimulatedPass } from '../src/analysis/published/simulate-pass.ts';
import type { Fidelity } from '../src/sim/result.ts';

const { models, machine, baselines, deviceOf, prices } = await loadWholeMachine(['bitnet-b1.58-700m']);
const model = models[0]!;
const passesOf = (fidelity: Fidelity): PassSimulator =>
  new PassSimulator(model, { deviceOf, prices, fidelity });
const cycle = passesOf('cycle');
const analytic = passesOf('analytic');

function percent(a: number, b: number): string {
  return `${(100 * (a / b - 1)).toFixed(2)} %`;
}

function error(guessed: SimulatedPass, whole: SimulatedPass): string {
  return `time ${percent(guessed.timeS, whole.timeS)}, energy ${percent(guessed.energyJ, whole.energyJ)}`;
}

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
  const many = { phase: 'prefill', context: 512, batch: 16 } as const;
  const whole = await analytic.simulate(on, many);
  console.log(`${on.name}, prefill of 16 × 512 from two sequences and two layers, both estimated:`);
  console.log(`  ${error(await analytic.extrapolate(on, many), whole)}`);
}
