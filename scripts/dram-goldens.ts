/**
 * Holds the parity policies to what DRAMsim3 and Ramulator 2.1 did on every device and pattern of the DRAM goldens: totals
 * of `<tool>.csv`, and command by command the beginnings in `commands/`. One line a device; true where all is equal.
 *
 * Equality is asked of both, as there is equality to keep. Commands of Ramulator that no constraint row names (ACT2, CAS) are
 * left out of the comparison in order.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { renderTable } from '../src/report/table.ts';
import type { DramDevice } from '../src/sim/dram/device.ts';
import type { RequestList } from '../src/sim/dram/replay.ts';
import { parseTrace } from '../src/sim/dram/trace-file.ts';
import { runTrace } from '../src/sim/dram/trace-run.ts';
import { commandOf } from '../test/sim/dram/checker.ts';
import { dramsim3Variant, ramulator2Variant } from '../test/sim/dram/parity.ts';

type Row = Readonly<Record<string, string>>;

const TOOLS = {
  dramsim3: { variant: dramsim3Variant, cycles: 'total_cycles', latency: 'avg_read_latency_cycles' },
  ramulator2: { variant: ramulator2Variant, cycles: 'total_ticks', latency: 'avg_read_latency_ticks' },
} as const;
type Tool = keyof typeof TOOLS;

const COMMANDS = ['act', 'pre', 'rd', 'wr', 'ref'] as const;
/** The goldens' names of commands. */
const NAMES: Readonly<Record<string, string>> = {
  ACT1: 'ACT',
  PREpb: 'PRE',
  PREab: 'PREA',
  REFab: 'REF',
};

interface Outcome {
  readonly row: Row;
  readonly ok: boolean;
  readonly cyclesError: number;
  readonly commandsError: number;
  readonly latencyError: number;
  /** Commands compared one by one, and how many of them were the same before the first that wasn't. */
  readonly compared: number;
  readonly same: number;
}

/** Checks all rows in `folder`; prints a table. */
export function checkDram(folder: string): boolean {
  const outcomes = (Object.keys(TOOLS) as Tool[]).flatMap((tool) => checkTool(folder, tool));
  const devices = [...new Set(outcomes.map(({ row }) => `${row['tool']} ${row['device']}`))];
  const lines = devices.map((device) =>
    summary(
      device,
      outcomes.filter(({ row }) => `${row['tool']} ${row['device']}` === device),
    ),
  );
  const head = ['device', 'rows', 'equal', 'cycles, %', 'commands, %', 'latency, %', 'commands in order'];
  const table = [head, ...lines, summary('all', outcomes)];
  console.log(renderTable(table, ['left', ...head.slice(1).map(() => 'right' as const)]).join('\n'));
  for (const { row, ok, cyclesError, commandsError, same, compared } of outcomes) {
    if (ok) continue;
    const errors = `cycles ${cyclesError.toFixed(3)} %, commands ${commandsError.toFixed(3)} %`;
    console.log(`FAIL ${row['device']} ${row['pattern']}: ${errors}, ${same} of ${compared} in order`);
  }
  return outcomes.length > 0 && outcomes.every(({ ok }) => ok);
}

function summary(name: string, outcomes: readonly Outcome[]): string[] {
  const worst = (of: (outcome: Outcome) => number) => Math.max(...outcomes.map(of)).toFixed(3);
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  return [
    name,
    String(outcomes.length),
    String(sum(({ ok }) => Number(ok))),
    worst(({ cyclesError }) => cyclesError),
    worst(({ commandsError }) => commandsError),
    worst(({ latencyError }) => latencyError),
    `${sum(({ same }) => same)} of ${sum(({ compared }) => compared)}`,
  ];
}

function checkTool(folder: string, tool: Tool): Outcome[] {
  const rows = readCsv(readFileSync(join(folder, `${tool}.csv`), 'utf8'));
  const commands = new Map<string, readonly Row[]>();
  return rows.map((row) => {
    const device = row['device']!;
    if (!commands.has(device)) {
      commands.clear();
      commands.set(device, readCsv(unzipped(join(folder, 'commands', `${tool}.${device}.csv.gz`))));
    }
    const first = commands.get(device)!.filter(({ pattern }) => pattern === row['pattern']);
    return checkRow(folder, tool, row, first);
  });
}

function checkRow(folder: string, tool: Tool, row: Row, first: readonly Row[]): Outcome {
  const { variant, cycles, latency } = TOOLS[tool];
  const { device, config } = variant(row['device']!);
  const wanted = first.flatMap((command) => goldenCommand(device, command) ?? []);
  const sent: string[] = [];
  const run = runTrace(device, config, requestsOf(folder, row), Number(row['issue_width']), {
    onCommand: (channel, cycle, command, bank, openRow) => {
      if (sent.length < wanted.length) sent.push(ourCommand(device, channel, cycle, command, bank, openRow));
    },
  });
  const cyclesError = percent(run.cycles, Number(row[cycles]));
  const commandsError = Math.max(
    ...COMMANDS.map((name) => percent(run.counts[name], Number(row[name]))),
    percent(run.writesNeverIssued, Number(row['writes_never_issued'] ?? 0)),
  );
  const reads = Number(row['reads']);
  const latencyError = reads === 0 ? 0 : percent(run.meanReadLatency!, Number(row[latency]));
  const differs = wanted.findIndex((command, i) => command !== sent[i]);
  const same = differs < 0 ? wanted.length : differs;
  const ok = cyclesError === 0 && commandsError === 0 && same === wanted.length;
  return { row, ok, cyclesError, commandsError, latencyError, compared: wanted.length, same };
}

function percent(ours: number, theirs: number): number {
  return ours === theirs ? 0 : (100 * Math.abs(ours - theirs)) / theirs;
}

/** The shipped text of the pattern, its addresses scaled to the device's unit. */
function requestsOf(folder: string, row: Row): RequestList {
  const path = join(folder, 'traces', `${row['pattern']}.trace.gz`);
  const requests = parseTrace(gunzipSync(readFileSync(path)), path);
  const scale = Number(row['unit_bytes']) / 64;
  return { ...requests, address: requests.address.map((address) => address * scale) };
}

/** `cycle channel command rank group bank row` of a command; a rank's own commands end with the rank. */
function goldenCommand(device: DramDevice, row: Row): string | null {
  const name = NAMES[row['command']!] ?? row['command']!;
  if (name === 'ACT2' || name.startsWith('CAS')) return null;
  const { ranks, stacks = 1 } = device.organisation;
  const rank = Number(row['rank'] ?? row['pseudochannel']) + Number(row['sid'] ?? 0) * (ranks / stacks);
  const of = [row['cycle'] ?? row['tick'], row['channel'], name];
  if (name === 'PREA' || name === 'REF') return [...of, rank].join(' ');
  const bank = [rank, row['bank_group'] ?? row['bankgroup'], row['bank']];
  return [...of, ...bank, ...(name === 'PRE' ? [] : [row['row']])].join(' ');
}

function ourCommand(
  device: DramDevice,
  channel: number,
  cycle: number,
  command: number,
  bank: number,
  row: number,
): string {
  const { name, rank, group, ...of } = commandOf(device, cycle, command, bank, row, -1);
  const { bankGroups, banksPerGroup } = device.organisation;
  const whole = [cycle, channel, name, rank];
  if (name === 'PREA' || name === 'REF') return whole.join(' ');
  const where = [group % bankGroups, of.bank % banksPerGroup];
  return [...whole, ...where, ...(name === 'PRE' ? [] : [row])].join(' ');
}

function unzipped(path: string): string {
  if (!existsSync(path)) throw new Error(`missing golden: ${path}`);
  return gunzipSync(readFileSync(path)).toString();
}

function readCsv(text: string): Row[] {
  const [head, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(line.map((value, i) => [head![i]!, value])));
}
