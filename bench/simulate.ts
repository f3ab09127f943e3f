/**
 * How fast whole simulations run: `npx tsx bench/simulate.ts`. For each case, in a process of its own, the median of several runs:
 * seconds, simulated cycles and DRAM bursts a second, decoded tokens a second. Shapes only, so no functional check.
 * Then the products that SCALE-Sim was given (`test/fixtures/scalesim`), as `tritsim gemm` runs them: its recorded
 * seconds of processor time, on another machine and shared with other work, beside ours.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { SystolicConfig } from '../src/hardware/machine.ts';
import { loadMachine } from '../src/hardware/load.node.ts';
import { loadMachineDevice } from '../src/sim/dram/device-file.node.ts';
import { idealProduct, simulateProduct } from '../src/sim/product.ts';
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
    machine: 'edge-ternary',
    model: 'bitnet-b1.58-2b4t',
    synthesis: { phase: 'prefill', context: 512, batch: 1 },
  },
  {
    machine: 'bench/server-ternary.yaml',
    model: 'bitnet-b1.58-70b',
    synthesis: { phase: 'decode', context: 512, tokens: 1, batch: 1 },
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

async function timeCase({ machine: name, model, synthesis }: (typeof CASES)[number]): Promise<void> {
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
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(
    `${label} ${numbers[0]!.padStart(5)} ${numbers[1]!.padStart(10)} ${numbers[2]!.padStart(10)} ${numbers[3]!.padStart(9)} ${memory.padStart(8)}`,
  );
}

const only = process.argv.indexOf('--case');
if (only > 0) {
  await timeCase(CASES[Number(process.argv[only + 1])]!);
  process.exit();
}
console.log(
  'case                                             s     Mcycles/s  Mbursts/s  tokens/s  peak MiB',
);
for (const index of CASES.keys()) {
  const words = [...process.execArgv, process.argv[1]!, '--case', String(index)];
  execFileSync(process.execPath, words, { stdio: 'inherit' });
}

const DATAFLOWS = { ws: 'weight-stationary', is: 'input-stationary', os: 'output-stationary' } as const;

/** One row of the golden: a product, an array and SCALE-Sim's seconds. */
function goldens(): Record<string, string>[] {
  const [header, ...lines] = readFileSync('test/fixtures/scalesim/gemm.csv', 'utf8').trim().split('\n');
  const names = header!.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
  });
}

/** Seconds that `run` takes, the first call apart. */
async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  await run();
  const start = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const base = await loadMachine('edge-int8');
const device = loadMachineDevice(base.dram);
const ratios: Record<'ideal memory' | 'with DRAM', number[]> = { 'ideal memory': [], 'with DRAM': [] };
let [theirs, ours] = [0, 0];
for (const row of goldens()) {
  const dataflow = DATAFLOWS[row['dataflow'] as keyof typeof DATAFLOWS];
  const shape = { rows: Number(row['rows']), columns: Number(row['cols']) };
  const machine = { ...base, array: { ...(base.array as SystolicConfig), ...shape, dataflow } };
  const product = { m: Number(row['M']), k: Number(row['K']), n: Number(row['N']) };
  const seconds = Number(row['cpu_s']);
  const whole = await secondsOf(() => simulateProduct(machine, device, product));
  ratios['ideal memory'].push(seconds / (await secondsOf(() => idealProduct(machine, product))));
  ratios['with DRAM'].push(seconds / whole);
  theirs += seconds;
  ours += whole;
}
console.log(
  `\n${ratios['with DRAM'].length} products of SCALE-Sim: its ${theirs.toFixed(0)} s, ours with DRAM ${ours.toFixed(1)} s`,
);
for (const [how, values] of Object.entries(ratios)) {
  console.log(
    `times faster, ${how}: median ${median(values).toFixed(0)}, least ${Math.min(...values).toFixed(0)}`,
  );
}
