/** `tritsim dram`: runs an address trace on a DRAM device alone. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Option, type Command } from 'commander';
import { dramEnergy } from '../energy/dram.ts';
import { TritsimError } from '../errors/error.ts';
import { renderTable } from '../report/table.ts';
import { burstBytes, type DramDevice } from '../sim/dram/device.ts';
import { loadDevice, loadDramsim3Device } from '../sim/dram/device-file.node.ts';
import { POLICY_NAMES } from '../sim/dram/policy.ts';
import { parseTrace } from '../sim/dram/trace-file.ts';
import { runTrace, type TraceRun } from '../sim/dram/trace-run.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';

interface DramFlags {
  readonly device: string;
  readonly trace: string;
  readonly policy: string;
  readonly mapping?: string;
  readonly channels?: number;
  readonly ranks?: number;
  readonly interleave?: number;
  readonly issueWidth: number;
  readonly page: 'open' | 'closed';
  readonly readQueue: number;
  readonly writeQueue: number;
  readonly json?: boolean;
}

/** `dramsim3` brings device, ranks, mapping and channels of that simulator's configuration, unless options say otherwise. */
const POLICIES = [...POLICY_NAMES, 'dramsim3'];
const DEFAULT_MAPPING = 'row-rank-bank-column-bankgroup';

export function register(program: Command): void {
  program
    .command('dram')
    .description('run an address trace (lines of 0xADDR READ|WRITE CYCLE) on a DRAM device alone')
    .requiredOption('--device <name>', 'device file of hw-configs/dram, by name or path')
    .requiredOption('--trace <file>', 'the trace, plain or .gz')
    .addOption(new Option('--policy <name>', 'controller policy').choices(POLICIES).default('default'))
    .option('--mapping <fields>', `address fields from the most significant (default: ${DEFAULT_MAPPING})`)
    .option('--channels <n>', 'number of channels (default: 1)', positiveWholeNumber)
    .option('--ranks <n>', "ranks of a channel (default: the device's)", positiveWholeNumber)
    .option(
      '--interleave <bytes>',
      'consecutive bytes on one channel (default: one burst)',
      positiveWholeNumber,
    )
    .option('--issue-width <n>', 'requests accepted in a cycle at most', positiveWholeNumber, 1)
    .addOption(new Option('--page <policy>', 'row policy').choices(['open', 'closed']).default('open'))
    .option('--read-queue <n>', 'entries of a channel', positiveWholeNumber, 32)
    .option('--write-queue <n>', 'entries of a channel', positiveWholeNumber, 32)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  tritsim dram --device DDR4-3200 --trace requests.trace.gz --json')
    .action(dram);
}

function dram(flags: DramFlags): void {
  const parity = flags.policy === 'dramsim3' ? loadDramsim3Device(flags.device) : null;
  const shipped = parity?.device ?? loadDevice(flags.device);
  const ranks = flags.ranks ?? shipped.organisation.ranks;
  const device = { ...shipped, organisation: { ...shipped.organisation, ranks } };
  const config = {
    device: flags.device,
    channels: flags.channels ?? parity?.channels ?? 1,
    interleaveBytes: flags.interleave ?? parity?.interleaveBytes ?? burstBytes(device),
    mapping: flags.mapping ?? parity?.mapping ?? DEFAULT_MAPPING,
    controller: {
      policy: flags.policy,
      readQueue: flags.readQueue,
      writeQueue: flags.writeQueue,
      page: flags.page,
    },
  };
  const run = runTrace(device, config, parseTrace(readTrace(flags.trace), flags.trace), flags.issueWidth);
  const output = createOutput();
  if (flags.json === true) output.json(jsonOf(device, run));
  else output.result(tableOf(device, run).join('\n'));
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

/** The result as the contract names it, with the latency histogram beside. */
function jsonOf(device: DramDevice, run: TraceRun) {
  const energy = dramEnergy(device, run.counts);
  const { act, pre, rd, wr, ref, refpb, rowHits, merged, forwarded } = run.counts;
  return {
    cycles: run.cycles,
    time_ns: run.nanoseconds,
    bandwidth_GBps: run.bytesPerSecond / 1e9,
    commands: { ACT: act, PRE: pre, RD: rd, WR: wr, REF: ref, REFPB: refpb },
    row_hits: rowHits,
    mean_read_latency_cycles: run.meanReadLatency,
    read_latency_histogram: run.readLatencies.map(([cycles, reads]) => ({ cycles, reads })),
    writes_never_issued: run.writesNeverIssued,
    merged,
    forwarded,
    energy_pJ: energy.byCommand,
    energy_total_pJ: energy.total,
    energy_reason: energy.reason,
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
