/** `tritsim dram`: runs an address trace on a DRAM device alone. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Option, type Command } from 'commander';
import { dramEnergy } from '../energy/dram.ts';
import { TritsimError } from '../errors/error.ts';
import { renderTable } from '../report/table.ts';
import { burstBytes, withRanks, type DramDevice } from '../sim/dram/device.ts';
import {
  loadDevice,
  loadDramsim3Device,
  loadIniDevice,
  loadRamulator2Device,
} from '../sim/dram/device-file.node.ts';
import type { ParityDevice } from '../sim/dram/parity-device.ts';
import { POLICY_NAMES } from '../sim/dram/policy.ts';
import { parseTrace } from '../sim/dram/trace-file.ts';
import { isParity, PARITY_POLICIES, runTrace, type TraceRun } from '../sim/dram/trace-run.ts';
import { fractionNumber, positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { createProgress } from './progress.ts';

interface DramFlags {
  readonly device: string;
  readonly trace: string;
  readonly policy: string;
  readonly mapping?: string;
  readonly channels?: number;
  readonly ranks?: number;
  readonly interleave?: number;
  readonly issueWidth?: number;
  readonly page: 'open' | 'closed';
  readonly readQueue: number;
  readonly writeQueue: number;
  readonly rowHitCap?: number;
  readonly writeHigh?: number;
  readonly writeLow?: number;
  readonly refreshStagger?: 'even' | 'none';
  readonly json?: boolean;
}

const DEFAULT_MAPPING = 'row-rank-bank-column-bankgroup';

const HELP = `
A parity policy behaves as that simulator does, command by command. With one, --device is a file of hw-configs/dram/<simulator>,
by name or path, and brings ranks, mapping, channels and issue width of that simulator's configuration unless options say
otherwise; queues, pages and thresholds are its own. A DRAMsim3 configuration (.ini) runs with policy dramsim3 and with ours.

Examples:
  tritsim dram --device DDR4-3200 --trace requests.trace.gz --json
  tritsim dram --device DDR4-3200 --trace requests.trace --row-hit-cap 4 --write-high 1 --write-low 0.5
  tritsim dram --device DDR4-3200 --policy ramulator2 --trace requests.trace
  tritsim dram --device DDR4_8Gb_x8_3200.ini --policy dramsim3 --trace requests.trace`;

export function register(program: Command): void {
  program
    .command('dram')
    .description('run an address trace (lines of 0xADDR READ|WRITE CYCLE) on a DRAM device alone')
    .requiredOption('--device <name>', 'device of hw-configs/dram by name, a .yaml file or a DRAMsim3 .ini')
    .requiredOption('--trace <file>', 'the trace, plain or .gz')
    .addOption(
      new Option('--policy <name>', 'controller policy')
        .choices([...POLICY_NAMES, ...PARITY_POLICIES])
        .default('default'),
    )
    .option('--mapping <fields>', `address fields from the most significant (default: ${DEFAULT_MAPPING})`)
    .option('--channels <n>', 'number of channels (default: 1)', positiveWholeNumber)
    .option('--ranks <n>', "ranks of a channel (default: the device's)", positiveWholeNumber)
    .option(
      '--interleave <bytes>',
      'consecutive bytes on one channel (default: one burst)',
      positiveWholeNumber,
    )
    .option('--issue-width <n>', 'requests accepted in a cycle at most (default: 1)', positiveWholeNumber)
    .addOption(new Option('--page <policy>', 'row policy').choices(['open', 'closed']).default('open'))
    .option('--read-queue <n>', 'entries of a channel', positiveWholeNumber, 32)
    .option('--write-queue <n>', 'entries of a channel', positiveWholeNumber, 32)
    .option(
      '--row-hit-cap <n>',
      "column commands of an activation after which an older request for another row goes first (default: the policy's)",
      positiveWholeNumber,
    )
    .option(
      '--write-high <share>',
      "share of the write queue from which on writes are drained (default: the policy's)",
      fractionNumber,
    )
    .option('--write-low <share>', "share down to which they are (default: the policy's)", fractionNumber)
    .addOption(
      new Option(
        '--refresh-stagger <how>',
        "ranks refresh spread over the interval or together (default: the policy's)",
      ).choices(['even', 'none']),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(dram);
}

/** What a parity policy has of its own. */
const OWN = ['page', 'readQueue', 'writeQueue', 'rowHitCap', 'writeHigh', 'writeLow', 'refreshStagger'];

/** @throws DRAM_POLICY where the user asks a parity policy for what it has of its own */
function requireOwnPolicy({ policy }: DramFlags, command: Command): void {
  if (!isParity(policy)) return;
  const asked = command.options.find(
    (option) =>
      OWN.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (asked === undefined) return;
  throw new TritsimError('DRAM_POLICY', `policy ${policy} has queues, pages and thresholds of its own`, {
    found: asked.long!,
    allowed: POLICY_NAMES.map((name) => `--policy ${name}`),
  });
}

function dram(flags: DramFlags, command: Command): void {
  requireOwnPolicy(flags, command);
  const found = deviceOf(flags);
  const device = withRanks(found.device, flags.ranks ?? found.device.organisation.ranks);
  const { policy, readQueue, writeQueue, page, rowHitCap, writeHigh, writeLow, refreshStagger } = flags;
  const channels = flags.channels ?? found.channels;
  const config = {
    device: flags.device,
    channels,
    interleaveBytes: flags.interleave ?? found.interleaveBytes,
    mapping: flags.mapping ?? found.mapping,
    controller: { policy, readQueue, writeQueue, page, rowHitCap, writeHigh, writeLow, refreshStagger },
  };
  const requests = parseTrace(readTrace(flags.trace), flags.trace);
  const issueWidth = flags.issueWidth ?? found.issueWidth(channels);
  const progress = createProgress({ unit: 'requests' });
  const run = runTrace(device, config, requests, issueWidth, {
    progress: (accepted) => progress.update(device.name, accepted, requests.length),
  });
  progress.finish();
  const output = createOutput();
  if (flags.json === true) output.json(jsonOf(device, run));
  else output.result([...tableOf(device, run), '', ...histogramOf(run)].join('\n').trimEnd());
}

/** The device, and what its file says of channels and addresses where it is a simulator's configuration. */
function deviceOf({ device: name, policy }: DramFlags): ParityDevice {
  if (name.endsWith('.ini')) return loadIniDevice(name);
  if (policy === 'dramsim3') return loadDramsim3Device(name);
  if (policy.startsWith('ramulator2')) return loadRamulator2Device(name);
  const device = loadDevice(name);
  const interleaveBytes = burstBytes(device);
  return { device, channels: 1, interleaveBytes, mapping: DEFAULT_MAPPING, issueWidth: () => 1 };
}

function readTrace(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new TritsimError('DRAM_TRACE', 'cannot be read', {
      place: path,
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** The result as scripts know it; where the energy by command is null, its reason besides. */
function jsonOf(device: DramDevice, run: TraceRun) {
  const energy = dramEnergy(device, run.counts);
  const { act, pre, rd, wr, ref, refpb, rowHits, merged, forwarded } = run.counts;
  return {
    cycles: run.cycles,
    time_ns: run.nanoseconds,
    bandwidth_GBps: run.bytesPerSecond / 1e9,
    commands: { ACT: act, PRE: pre, RD: rd, WR: wr, REF: ref + refpb },
    row_hits: rowHits,
    mean_read_latency_cycles: run.meanReadLatency,
    writes_never_issued: run.writesNeverIssued,
    merged,
    forwarded,
    energy_pJ: energy.byCommand,
    ...(energy.byCommand === null ? { energy_reason: energy.reason } : {}),
  };
}

function tableOf(device: DramDevice, run: TraceRun): string[] {
  const { act, pre, rd, wr, ref, refpb, rowHits, merged, forwarded } = run.counts;
  const energy = dramEnergy(device, run.counts);
  const rows: [string, string][] = [
    ['cycles', String(run.cycles)],
    ['time', `${run.nanoseconds} ns`],
    ['bandwidth', `${(run.bytesPerSecond / 1e9).toFixed(3)} GB/s`],
    ['commands', `${act} ACT, ${pre} PRE, ${rd} RD, ${wr} WR, ${ref + refpb} REF`],
    ['row hits', String(rowHits)],
    ['mean read latency', run.meanReadLatency === null ? '–' : `${run.meanReadLatency.toFixed(2)} cycles`],
    ['merged, forwarded', `${merged}, ${forwarded}`],
    ['energy', energy.total === null ? energy.reason! : `${(energy.total / 1e6).toFixed(3)} µJ`],
  ];
  return renderTable([['', device.name], ...rows], ['left', 'right']);
}

/** Reads by latency, in bins that double. */
function histogramOf({ readLatencies }: TraceRun): string[] {
  const bins = new Map<number, number>();
  for (const [cycles, reads] of readLatencies) {
    const from = cycles === 0 ? 0 : 2 ** Math.floor(Math.log2(cycles));
    bins.set(from, (bins.get(from) ?? 0) + reads);
  }
  if (bins.size === 0) return [];
  const rows = [...bins].map(([from, reads]) => [`${from} cycles and more`, String(reads)]);
  return renderTable([['read latency', 'reads'], ...rows], ['left', 'right']);
}
