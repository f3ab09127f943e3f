/**
 * How fast whole simulations run: `npx tsx bench/simulate.ts`. For each case the median of several runs in this process:
 * seconds, simulated cycles and DRAM bursts a second, decoded tokens a second. Shapes only, so no functional check.
 */
import { loadMachine } from '../src/hardware/load.node.ts';
import { loadMachineDevice } from '../src/sim/dram/device-file.node.ts';
import { simulate } from '../src/sim/simulate.ts';
import { synthesize, type Synthesis } from '../src/trace/synthesize.ts';
import { loadPublishedModel } from '../src/trace/published.node.ts';
import type { Trace } from '../src/trace/trace.ts';

const RUNS = 3;

const CASES: readonly { machine: string; model: string; synthesis: Synthesis }[] = [
  {
    machine: 'edge-ternary',
    model: 'bitnet-b1.58-2b4t',
    synthesis: { phase: 'decode', context: 512, tokens: 1, batch: 1 },
  },
  {
    machine: 'edge-ternary',
    model: 'bitnet-b1.58-2b4t',
    synthesis: { phase: 'prefill', context: 64, batch: 1 },
  },
  {
    machine: 'edge-fp16',
    model: 'bitnet-b1.58-700m',
    synthesis: { phase: 'decode', context: 512, tokens: 1, batch: 1 },
  },
];

function none(): never {
  throw new Error('a shape has no values');
}

function shapeOnly(manifest: Trace['manifest']): Trace {
  return { name: 'bench', hash: '0'.repeat(64), manifest, readTrits: none, readRows: none };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

console.log('case                                             s     Mcycles/s  Mbursts/s  tokens/s  peak MB');
for (const { machine: name, model, synthesis } of CASES) {
  const machine = await loadMachine(name);
  const device = loadMachineDevice(machine.dram);
  const trace = shapeOnly(synthesize(await loadPublishedModel(model), synthesis, 'bench'));
  const seconds: number[] = [];
  let [cycles, bursts, tokens] = [0, 0, 0];
  for (let i = 0; i < RUNS; i++) {
    const start = process.hrtime.bigint();
    const { phases } = await simulate(trace, machine, device);
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
    cycles = phases.reduce((sum, phase) => sum + phase.cycles, 0);
    bursts = phases.reduce((sum, { dram }) => sum + dram.rd + dram.wr, 0);
    tokens = phases.reduce((sum, phase) => sum + phase.tokens, 0);
  }
  const time = median(seconds);
  const label = `${name} ${model} ${synthesis.phase} ${synthesis.context}`.padEnd(48);
  const numbers = [time.toFixed(2), cycles / time / 1e6, bursts / time / 1e6, tokens / time].map((value) =>
    typeof value === 'string' ? value : value.toFixed(2),
  );
  const memory = (process.memoryUsage().rss / 1e6).toFixed(0);
  console.log(
    `${label} ${numbers[0]!.padStart(5)} ${numbers[1]!.padStart(10)} ${numbers[2]!.padStart(10)} ${numbers[3]!.padStart(9)} ${memory.padStart(8)}`,
  );
}
