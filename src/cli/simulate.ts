/** `tritsim simulate`: a trace on a machine, beside a baseline, to tables on the terminal and a folder of results. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import { compareRuns } from '../analysis/compare.ts';
import { MATCHES, matchBaseline, type Match } from '../analysis/match.ts';
import { ACTIVITIES, measureWhole, type Activity, type Bench } from '../analysis/measure.ts';
import type { MachineRun, Run, RunZeros } from '../analysis/run.ts';
import { TritsimError } from '../errors/error.ts';
import { loadMachine } from '../hardware/load.node.ts';
import type { Machine } from '../hardware/machine.ts';
import { canonicalJson } from '../report/canonical-json.ts';
import { summarise } from '../report/summary.ts';
import { observers, TimelineExcerpt } from '../report/timeline/excerpt.ts';
import { MAX_TIMELINE_BYTES, Timeline } from '../report/timeline/timeline.ts';
import { parseBound, type Bound } from '../report/timeline/window.ts';
import { writeRun } from '../report/write.node.ts';
import { FIDELITIES, type Fidelity } from '../sim/result.ts';
import type { TimelineObserver } from '../sim/timeline.ts';
import { loadMachineDevice } from '../sim/dram/device-file.node.ts';
import { openTraceFile, type TraceHandle } from '../trace/file.node.ts';
import { inspectTrace } from '../trace/inspect.ts';
import { BesideFile } from './beside-file.ts';
import { dramTraceTo } from './dram-trace.ts';
import { createOutput } from './output.ts';
import { programHash } from './program-hash.ts';
import { addPriceFlags, tableOf, type PriceFlags } from './price-flags.ts';
import { createProgress } from './progress.ts';

interface SimulateFlags extends PriceFlags {
  readonly trace: string;
  readonly hw: string;
  readonly baseline?: string;
  readonly match: Match;
  readonly fidelity: Fidelity;
  readonly activity: Activity;
  readonly out?: string;
  readonly dramTrace?: string;
  readonly timeline?: string;
  readonly from?: Bound;
  readonly to?: Bound;
  readonly force?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  tritsim simulate --trace traces/tritsim-25m.p64d16.safetensors --hw edge-ternary
  tritsim simulate --trace my.safetensors --hw edge-ternary --baseline edge-fp16 --out reports/mine
  tritsim simulate --trace my.safetensors --hw my-machine.yaml --json > run.json
  tritsim simulate --trace my.safetensors --hw edge-ternary --timeline run.json.gz --from 'token 3' --to 'token 3'`;

export function register(program: Command): void {
  const command = program
    .command('simulate')
    .description('replay a trace on a machine: cycles and joules of every token, beside a baseline')
    .requiredOption('--trace <file>', 'trace, recorded or synthesized')
    .requiredOption('--hw <machine>', "name of a shipped machine ('tritsim hw list') or a .yaml file")
    .option('--baseline <machine>', 'machine to compare with on the same work')
    .addOption(
      new Option('--match <what>', 'what is held equal: multiply-adds a cycle, area, or only the DRAM')
        .choices(MATCHES)
        .default('peak'),
    )
    .addOption(
      new Option(
        '--fidelity <how>',
        'simulate command by command, or estimate in closed form without checking values',
      )
        .choices(FIDELITIES)
        .default('cycle'),
    )
    .addOption(
      new Option(
        '--activity <how>',
        "charge the array's adders and registers by average prices, or by the bits that toggle between recorded operands",
      )
        .choices(ACTIVITIES)
        .default('average'),
    )
    .option('--out <folder>', 'write run.json, CSV tables, figures and the report index.html')
    .option(
      '--dram-trace <file[.gz]>',
      "write the machine's DRAM requests, one a line: 0xADDR READ|WRITE CYCLE",
    )
    .option(
      '--timeline <file[.gz]>',
      "write the machine's run as a trace for Perfetto (ui.perfetto.dev) or Chrome",
    )
    .option(
      '--from <bound>',
      "begin the timeline at a time ('1.2 ms') or with a token ('token 3')",
      parseBound,
    )
    .option('--to <bound>', 'end it at a time or with a token, which is included', parseBound)
    .option('--force', `write a timeline beyond ${MAX_TIMELINE_BYTES / 1e6} MB`)
    .option('--json', 'print run.json and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(run);
  addPriceFlags(command);
}

async function run(flags: SimulateFlags): Promise<void> {
  const output = createOutput();
  const bench = await benchOf(await loadMachine(flags.hw), flags);
  const baseline =
    flags.baseline === undefined
      ? undefined
      : await baselineOf(bench, await loadMachine(flags.baseline), flags);
  for (const note of bench.prices.notes) output.note(note);
  const trace = await openTraceFile(flags.trace);
  try {
    const result = await simulateBoth(trace, bench, baseline, flags);
    const files = flags.out === undefined ? [] : await writeRun(result, flags.out);
    if (flags.json === true) {
      output.result(canonicalJson(result));
      return;
    }
    output.result(summarise(result, output.colour));
    const page = files.find((file) => file.endsWith('index.html'));
    if (page !== undefined) output.note(`report: ${page}`);
  } finally {
    await trace.close();
  }
}

async function simulateBoth(
  trace: TraceHandle,
  bench: Bench,
  baseline: Bench | undefined,
  flags: SimulateFlags,
): Promise<Run> {
  checkTimelineFlags(flags);
  const progress = createProgress();
  const requests = besideFile(flags.dramTrace);
  const drawn = besideFile(flags.timeline);
  try {
    const timeline = drawn && timelineTo(drawn, trace, bench, flags);
    const excerpts = flags.fidelity === 'cycle' ? [excerptOf(trace), excerptOf(trace)] : [];
    const ours = await measureWhole(trace, bench, {
      fidelity: flags.fidelity,
      activity: flags.activity,
      onRequest: requests && dramTraceTo(requests),
      timeline: observed(excerpts[0], timeline),
      onProgress: (done, total) => progress.update(bench.machine.name, done, total),
    });
    timeline?.end();
    const theirs =
      baseline &&
      (await measureWhole(trace, baseline, {
        fidelity: flags.fidelity,
        activity: flags.activity,
        timeline: observed(excerpts[1]),
        onProgress: (done, total) => progress.update(baseline.machine.name, done, total),
      }));
    const program = await programHash();
    const zeros = await zerosOf(trace);
    requests?.commit();
    drawn?.commit();
    return {
      schema: 'tritsim.run/1',
      program,
      // Not the path: the same trace gives the same result wherever it lies.
      trace: { name: path.basename(flags.trace), hash: trace.hash, zeros },
      prices: { table: bench.prices.name, hash: bench.prices.hash, node_nm: bench.prices.nodeNm },
      ...withExcerpt(ours.run, excerpts[0]),
      ...(theirs && {
        baseline: withExcerpt(theirs.run, excerpts[1]),
        comparison: compareRuns(ours, theirs, flags.match),
      }),
    };
  } catch (error) {
    requests?.abort();
    drawn?.abort();
    throw error;
  } finally {
    progress.finish();
  }
}

function excerptOf({ manifest }: TraceHandle): TimelineExcerpt {
  return new TimelineExcerpt(manifest);
}

function observed(...all: readonly (TimelineObserver | undefined)[]): TimelineObserver | undefined {
  const present = all.filter((each) => each !== undefined);
  return present.length === 0 ? undefined : observers(present);
}

function withExcerpt(measured: MachineRun, excerpt: TimelineExcerpt | undefined): MachineRun {
  return excerpt === undefined ? measured : { ...measured, phases: excerpt.addTo(measured.phases) };
}

/** Zeros of each projection: the columns of `tritsim trace inspect` that a report shows. */
async function zerosOf(trace: TraceHandle): Promise<RunZeros[]> {
  return (await inspectTrace(trace)).map((row) => ({
    phase: row.phase,
    operation: row.operation,
    layer: row.layer,
    weight_zero_fraction: row.weight_zero_fraction,
    weight_zero_basis: row.weight_zero_basis,
    activation_zero_fraction: row.activation_zero_fraction,
    activation_zero_basis: row.activation_zero_basis,
  }));
}

function checkTimelineFlags({ timeline, from, to, force }: SimulateFlags): void {
  if (timeline !== undefined || (from ?? to ?? force) === undefined) return;
  throw new TritsimError('TIMELINE_WINDOW', '--from, --to and --force are of a timeline', {
    hint: 'Add --timeline FILE.',
  });
}

function besideFile(name: string | undefined): BesideFile | undefined {
  return name === undefined ? undefined : new BesideFile(name);
}

function timelineTo(file: BesideFile, trace: TraceHandle, bench: Bench, flags: SimulateFlags): Timeline {
  return new Timeline({
    manifest: trace.manifest,
    machine: bench.machine,
    device: bench.device,
    window: { from: flags.from, to: flags.to },
    limitBytes: flags.force === true ? Infinity : MAX_TIMELINE_BYTES,
    write: file.write,
  });
}

/** The baseline as it is held against the machine, with its own prices. */
async function baselineOf({ machine, prices }: Bench, loaded: Machine, flags: SimulateFlags): Promise<Bench> {
  const unmatched = await benchOf(loaded, flags);
  const tables = { machine: prices, baseline: unmatched.prices };
  const matched = matchBaseline(machine, loaded, flags.match, tables);
  return { machine: matched, device: loadMachineDevice(matched.dram), prices: tables.baseline };
}

/** A machine with its DRAM device and prices. */
async function benchOf(machine: Machine, flags: SimulateFlags): Promise<Bench> {
  const prices = await tableOf(machine.technology.prices, flags);
  return { machine, device: loadMachineDevice(machine.dram), prices };
}
