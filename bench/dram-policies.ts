/**
 * Speed of the DRAM policies of parity on one core beside that of the tools they stand in for: requests a second on each kind of
 * traffic, addresses in memory, median of several runs, and the ratio to the tool's rate on the nearest recorded work.
 *
 *     npx tsx bench/dram-policies.ts [part of a device's name…]
 *
 * The time of the process is taken on both sides. The tools' rates are from another day: run both on one machine to quote a ratio.
 */
import type { DramSystemConfig } from '../src/hardware/machine.ts';
import { renderTable } from '../src/report/table.ts';
import { burstBytes, channelBytes, type DramDevice } from '../src/sim/dram/device.ts';
import { loadDramsim3Device, loadRamulator2Device } from '../src/sim/dram/device-file.node.ts';
import type { RequestList } from '../src/sim/dram/replay.ts';
import { runTrace } from '../src/sim/dram/trace-run.ts';

const REPEATS = 3;
const REQUESTS = 200_000;
const SPREAD_BYTES = 2 ** 30;

const PATTERNS = ['sequential', 'strided', 'random', 'mixed'] as const;
type Pattern = (typeof PATTERNS)[number];

interface Peer {
  readonly policy: 'dramsim3' | 'ramulator2';
  readonly device: string;
  /** Requests a second of the tool: `sequential` and `random` reads; `mixed` random with a third of writes. */
  readonly recorded: Readonly<Partial<Record<Pattern, number>>>;
}

/**
 * Measured on one virtual machine of two AMD EPYC cores, 2026-11-21, gcc 12: DRAMsim3 at 2981759 (16 MiB of sequential reads
 * through its library; its own random generator, a third of writes) and Ramulator 2.1 at c5b1c3a (16 MiB of reads,
 * RoBaRaCoCh, FRFCFS, four requests a tick, sequential and uniform over 1 GiB). Requests per second of processor time.
 */
const PEERS: readonly Peer[] = [
  { policy: 'dramsim3', device: 'DDR4-3200', recorded: { sequential: 271_090, mixed: 177_169 } },
  { policy: 'dramsim3', device: 'LPDDR4-2400', recorded: { sequential: 213_472, mixed: 140_455 } },
  { policy: 'dramsim3', device: 'HBM2-2000', recorded: { sequential: 563_751, mixed: 169_257 } },
  { policy: 'ramulator2', device: 'DDR4-3200', recorded: { sequential: 289_023, random: 281_573 } },
  { policy: 'ramulator2', device: 'LPDDR5-6400', recorded: { sequential: 451_583, random: 210_642 } },
  { policy: 'ramulator2', device: 'HBM2-2000', recorded: { sequential: 586_452, random: 223_768 } },
  { policy: 'ramulator2', device: 'HBM3-6400', recorded: { sequential: 310_230, random: 149_455 } },
];

function requests(device: DramDevice, channels: number, pattern: Pattern): RequestList {
  const unit = burstBytes(device);
  const span = Math.min(channelBytes(device) * channels, SPREAD_BYTES) / unit;
  let x = 0x12345678;
  const draw = () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
  const burst = {
    sequential: (i: number) => i % span,
    strided: (i: number) => (129 * i) % span,
    random: () => draw() % span,
    mixed: () => draw() % span,
  }[pattern];
  return {
    length: REQUESTS,
    address: Float64Array.from({ length: REQUESTS }, (_, i) => burst(i) * unit),
    write: Uint8Array.from({ length: REQUESTS }, () => (pattern === 'mixed' && draw() % 3 === 0 ? 1 : 0)),
    cycle: new Float64Array(REQUESTS),
  };
}

/** Requests a second of process time. */
function rate(device: DramDevice, config: DramSystemConfig, list: RequestList): number {
  const rates = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage();
    runTrace(device, config, list, 1);
    const { user, system } = process.cpuUsage(before);
    return (list.length * 1e6) / (user + system);
  });
  return rates.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)]!;
}

function millions(perSecond: number | undefined): string {
  return perSecond === undefined ? '–' : (perSecond / 1e6).toFixed(2);
}

const wanted = process.argv.slice(2);
const rows = [['policy', 'device', 'pattern', 'M requests/s', "the tool's", 'ratio']];
for (const { policy, device: name, recorded } of PEERS) {
  if (wanted.length > 0 && !wanted.some((part) => `${policy} ${name}`.includes(part))) continue;
  const load = policy === 'dramsim3' ? loadDramsim3Device : loadRamulator2Device;
  const { device, channels, interleaveBytes, mapping } = load(name);
  const controller = { policy, readQueue: 32, writeQueue: 32, page: 'open' } as const;
  const config = { device: name, channels, interleaveBytes, mapping, controller };
  for (const pattern of PATTERNS) {
    const ours = rate(device, config, requests(device, channels, pattern));
    const theirs = recorded[pattern];
    const ratio = theirs === undefined ? '–' : (ours / theirs).toFixed(1);
    rows.push([policy, name, pattern, millions(ours), millions(theirs), ratio]);
  }
}
console.log(renderTable(rows, ['left', 'left', 'left', 'right', 'right', 'right']).join('\n'));
