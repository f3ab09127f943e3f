/**
 * Speed of the DRAM model on one core: million bursts simulated a second, addresses in memory, median of several runs.
 *
 *     npx tsx bench/dram.ts [device…]
 *
 * `replay` feeds one channel from a list, as `tritsim dram` does; `system` moves 1 MiB transfers through four channels, as a
 * machine does, with known runs of reads looked up and with every burst simulated; `text` reads a trace and replays nothing. Each row
 * runs in a process of its own, as a user's trace does: what one compiled its code for is not what the next one needs. For
 * DDR4-3200 the replay is held against DRAMsim3's recorded rates (`dramsim3.csv`), of another day: a ratio, no more. The time of the process is taken, not the clock on the wall, so that other work on the machine matters less.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { DramSystemConfig } from '../src/hardware/machine.ts';
import { burstBytes, channelBytes, type DramDevice } from '../src/sim/dram/device.ts';
import { loadDevice } from '../src/sim/dram/device-file.node.ts';
import type { RequestList } from '../src/sim/dram/replay.ts';
import { DramSystem } from '../src/sim/dram/system.ts';
import { parseTrace } from '../src/sim/dram/trace-file.ts';
import { runTrace } from '../src/sim/dram/trace-run.ts';

const REPEATS = 7;
const BURSTS = 2_000_000;
const REUSED_BURSTS = 20_000_000;
const RANDOM_BURSTS = 500_000;
const MIB = 2 ** 20;

function configOf(device: DramDevice, channels: number): DramSystemConfig {
  return {
    device: device.name,
    channels,
    interleaveBytes: 256,
    mapping: 'row-rank-bank-column-bankgroup',
    controller: { policy: 'default', readQueue: 32, writeQueue: 32, page: 'open' },
  };
}

function requests(device: DramDevice, random: boolean, writes: boolean): RequestList {
  const length = random ? RANDOM_BURSTS : BURSTS;
  const unit = burstBytes(device);
  const span = channelBytes(device) / unit;
  let x = 0x12345678;
  const draw = () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % span;
  };
  const at = (i: number) => {
    if (random) return draw();
    return writes && i % 4 === 3 ? span / 2 + i : i;
  };
  return {
    length,
    address: Float64Array.from({ length }, (_, i) => at(i) * unit),
    write: Uint8Array.from({ length }, (_, i) => (writes && i % 4 === 3 ? 1 : 0)),
    cycle: new Float64Array(length),
  };
}

function moveThroughSystem(device: DramDevice, reuse: boolean): number {
  const system = new DramSystem(device, configOf(device, 4), 1, undefined, undefined, reuse);
  const transfers = ((reuse ? REUSED_BURSTS : BURSTS) * system.burstBytes) / MIB;
  for (let id = 0; id < transfers; id++) system.submit(0, id, id * MIB, MIB, false, 0);
  while (system.advance(Infinity) >= 0);
  return system.counts(system.completedAtPs).rd;
}

/** Median of million bursts a second of process time. */
function speed(work: () => number): number {
  const speeds = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage();
    const bursts = work();
    const { user, system } = process.cpuUsage(before);
    return bursts / (user + system);
  });
  return speeds.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)]!;
}

/** DRAMsim3's requests a second on a sequential or a random stream. */
function recordedRate(pattern: string): number {
  const lines = readFileSync(new URL('dramsim3.csv', import.meta.url), 'utf8').split('\n');
  return Number(
    lines
      .find((line) => line.startsWith(`${pattern},`))!
      .split(',')
      .at(-1),
  );
}

function readText(list: RequestList): number {
  const lines = Array.from(list.address, (address, i) => `0x${address.toString(16)} READ ${i}\n`);
  const bytes = new TextEncoder().encode(lines.join(''));
  return speed(() => parseTrace(bytes, 'bench').length);
}

/** How many times as fast as DRAMsim3 is asked for. */
const ASKED = { sequential: 40, random: 10 } as const;

function replayRate(device: DramDevice, kind: 'sequential' | 'random', writes: boolean): number {
  const list = requests(device, kind === 'random', writes);
  return speed(() => {
    runTrace(device, configOf(device, 1), list, 1);
    return list.length;
  });
}

function replayRow(device: DramDevice, kind: 'sequential' | 'random', writes: boolean): string {
  const rate = replayRate(device, kind, writes);
  if (device.name !== 'DDR4-3200' || writes) return `${rate.toFixed(2)} M bursts/s`;
  const theirs = recordedRate(kind) / 1e6;
  const ratio = (rate / theirs).toFixed(0);
  return `${rate.toFixed(2)} M bursts/s, ${ratio} times DRAMsim3's ${theirs.toFixed(2)} (asked: ${ASKED[kind]})`;
}

const system = (device: DramDevice, reuse: boolean): string =>
  `${speed(() => moveThroughSystem(device, reuse)).toFixed(2)} M bursts/s`;

const ROWS: Readonly<Record<string, (device: DramDevice) => string>> = {
  'replay  sequential reads': (device) => replayRow(device, 'sequential', false),
  'replay  sequential, 25 % writes': (device) => replayRow(device, 'sequential', true),
  'replay  random reads': (device) => replayRow(device, 'random', false),
  'replay  random, 25 % writes': (device) => replayRow(device, 'random', true),
  'text    lines read': (device) => `${readText(requests(device, false, false)).toFixed(2)} M requests/s`,
  'system  sequential reads': (device) => system(device, false),
  'system  the same, runs reused': (device) => system(device, true),
};

const words = process.argv.slice(2);
if (words[0] === '--row') console.log(ROWS[words[1]!]!(loadDevice(words[2]!)));
else {
  for (const name of words.length > 0 ? words : ['DDR4-3200', 'LPDDR4-3200']) {
    for (const row of Object.keys(ROWS)) {
      const own = [...process.execArgv, process.argv[1]!, '--row', row, name];
      const rate = execFileSync(process.execPath, own, { encoding: 'utf8' }).trim();
      console.log(`${name}  ${row.padEnd(32)}  ${rate}`);
    }
  }
}
