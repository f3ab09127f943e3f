/**
 * How fast points of a design space are evaluated: `npx tsx bench/explore.ts` (after `npm run build`: worker threads run the build's
 * code). Three spaces around edge-ternary on one decoded token of the shipped trace, functional check not run, default mapping.
 *
 * - one thread, in this process: milliseconds of processor time a point by what they go to, analytic and cycle-level, medians over
 *   rounds after a warm-up;
 * - worker threads: points a second of the command's own machinery, records written, sustained: from a quarter of the points on,
 *   when the workers' code is compiled and most plans are made, to the last result; and the speed-up from one to two, by the clock
 *   (which other work on the machine spoils) and by processor time;
 * - resident memory of the process after a quarter of the points and after all;
 * - beside them, what one design point took ZigZag and SCALE-Sim (`docs/data/design-point-times.csv`: recorded on a machine of this
 *   kind, shared with other work; another product and another array, so an order of magnitude, no race).
 *
 * `--points N` for another number of analytic points, `--cycle N` of cycle-level ones; at most the space's 7,680.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BatchRunner } from '../src/explore/batch.ts';
import { Evaluator } from '../src/explore/evaluate.ts';
import { fileResources } from '../src/explore/engine/resources.node.ts';
import type { runExploration } from '../src/explore/run.node.ts';
import { studyOf } from '../src/explore/load.node.ts';
import { OpenStudy } from '../src/explore/study.ts';
import type { Fidelity } from '../src/sim/result.ts';
import { openTraceFile } from '../src/trace/file.node.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const ROUNDS = 5;

const folder = mkdtempSync(path.join(tmpdir(), 'tritsim-bench-'));

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}
const POINTS = { analytic: option('--points', 4000), cycle: option('--cycle', 600) };

/** Arrays, buffers, clocks and channels, in an order that changes the array slowest, as shipped spaces do. */
function spaceFile(fidelity: Fidelity): string {
  const file = path.join(folder, `bench-${fidelity}.yaml`);
  writeFileSync(
    file,
    `schema: tritsim.space/1
name: bench-${fidelity}
description: Points to time.
machine: edge-ternary
axes:
  inputs: { path: array.inputs, from: 16, to: 128, times: 2 }
  outputs: { path: array.outputs, from: 16, to: 128, times: 2 }
  weights: { path: buffers.weights.capacity, from: 64 KiB, to: 1024 KiB, times: 2 }
  channels: { path: dram.channels, from: 1, to: 8, times: 2 }
  lanes: { path: vector.lanes, from: 16, to: 128, times: 2 }
  clock: { path: clock, values: [500 MHz, 600 MHz, 700 MHz, 800 MHz, 900 MHz, 1 GHz] }
constraints: []
workloads:
  decode: { phase: decode, tokens: 1, weight: 1 }
objectives: [energy_per_token, tpot, area]
strategy: { sample: random, points: ${POINTS[fidelity]}, seed: 1, fidelity: ${fidelity} }
`,
  );
  return file;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function oneThread(fidelity: Fidelity): Promise<void> {
  const trace = await openTraceFile(TRACE);
  const study = new OpenStudy(await studyOf(spaceFile(fidelity), [trace], 'bench'), fileResources());
  const runner = new BatchRunner(study, [trace]);
  const evaluator = new Evaluator(trace, study.space.workloads);
  const each = Math.floor(study.sequence.length / (ROUNDS + 1));
  const [identify, evaluate, all]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const positions = Array.from({ length: each }, (_, i) => round * each + i);
    const start = cpuSeconds();
    const identified = [];
    for (const position of positions) identified.push(await study.identify(study.at(position)!, 0, fidelity));
    const middle = cpuSeconds();
    for (const point of identified) await evaluator.evaluate(point, fidelity);
    const end = cpuSeconds();
    await runner.run({ fidelity, trace: 0, positions }, () => false);
    if (round === 0) continue;
    identify.push((middle - start) / each);
    evaluate.push((end - middle) / each);
    all.push((cpuSeconds() - end) / each);
  }
  await trace.close();
  const ms = (seconds: number[]): string => (1e3 * median(seconds)).toFixed(3).padStart(9);
  const rate = (1 / median(all)).toFixed(1).padStart(9);
  console.log(`${fidelity.padEnd(10)}${ms(identify)}${ms(evaluate)}${ms(all)}${rate}`);
}

interface ThreadRun {
  readonly pointsPerSecond: number;
  readonly cpuPerPoint: number;
  readonly rss: readonly number[];
}

async function threads(run: typeof runExploration, fidelity: Fidelity, jobs: number): Promise<ThreadRun> {
  const files = { space: spaceFile(fidelity), traces: [TRACE], program: 'bench', jobs };
  let quarter: { at: bigint; done: number; cpu: number } | undefined;
  let last = { at: 0n, done: 0, cpu: 0 };
  const rss: number[] = [];
  await run(
    { ...files, out: path.join(folder, `${fidelity}-${jobs}`) },
    {
      onProgress: ({ done, total }) => {
        if (done < total / 4) return;
        last = { at: process.hrtime.bigint(), done, cpu: cpuSeconds() };
        if (quarter === undefined || done === total) rss.push(process.memoryUsage().rss / 1e6);
        quarter ??= last;
      },
    },
  );
  const points = last.done - quarter!.done;
  return {
    pointsPerSecond: points / (Number(last.at - quarter!.at) / 1e9),
    cpuPerPoint: (last.cpu - quarter!.cpu) / points,
    rss,
  };
}

console.log('one thread   identify evaluate       all  points/s');
console.log('             ms of processor time a point');
for (const fidelity of ['analytic', 'cycle'] as const) await oneThread(fidelity);

console.log('\nthreads            points/s  ms of processor a point  MB after a quarter, all');
const built = (await import(new URL('../dist/explore/run.node.js', import.meta.url).href)) as {
  runExploration: typeof runExploration;
};
for (const fidelity of ['analytic', 'cycle'] as const) {
  const rates: number[] = [];
  const costs: number[] = [];
  for (const jobs of [1, 2]) {
    const { pointsPerSecond, cpuPerPoint, rss } = await threads(built.runExploration, fidelity, jobs);
    rates.push(pointsPerSecond);
    costs.push(cpuPerPoint);
    const memory = rss.map((mb) => mb.toFixed(0)).join(', ');
    console.log(
      `${fidelity.padEnd(10)}${jobs}  ${pointsPerSecond.toFixed(1).padStart(13)}${(1e3 * cpuPerPoint).toFixed(2).padStart(24)}  ${memory}`,
    );
  }
  const [byClock, byProcessor] = [rates[1]! / rates[0]!, (2 * costs[0]!) / costs[1]!];
  console.log(
    `${fidelity.padEnd(10)}speed-up from 1 to 2 threads ${byClock.toFixed(2)} by the clock, ${byProcessor.toFixed(2)} by processor time, were both free`,
  );
}

console.log('\none design point elsewhere (recorded)');
const [, ...lines] = readFileSync('docs/data/design-point-times.csv', 'utf8').trim().split('\n');
for (const line of lines) {
  const [tool, , configuration, work, , , , , wall, cpu] = line.match(/"[^"]*"|[^,]+/g)!;
  const what = `${tool} ${configuration!.replaceAll('"', '')}`;
  console.log(
    `${what.padEnd(56)} ${work!.replaceAll('"', '').slice(0, 22)}  ${cpu} s of processor, ${wall} s`,
  );
}
rmSync(folder, { recursive: true });
