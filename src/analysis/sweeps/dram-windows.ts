/**
 * The DRAM over time: bandwidth and row hits in windows of equal length. A machine is simulated and its requests are noted as they are
 * accepted; then the same requests are replayed at the same cycles on the same controllers, where every command can be seen.
 *
 * Units: seconds from the beginning of the phase, bytes a second of all channels together, shares of column commands.
 */
import { simulate } from '../../sim/simulate.ts';
import { ACT, RD, WR } from '../../sim/dram/commands.ts';
import { burstBytes } from '../../sim/dram/device.ts';
import type { RequestList } from '../../sim/dram/replay.ts';
import { runTrace } from '../../sim/dram/trace-run.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Bench } from '../measure.ts';

export interface DramWindow {
  readonly machine: string;
  readonly phase: 'prefill' | 'decode';
  readonly from_s: number;
  readonly to_s: number;
  readonly read_B_per_s: number;
  readonly write_B_per_s: number;
  /** Column commands that needed no activation of their own; null in a window without any. */
  readonly row_hit_share: number | null;
}

/**
 * `windows` windows for each phase of the trace.
 *
 * @throws what `simulate` throws
 */
export async function dramWindows(trace: Trace, bench: Bench, windows: number): Promise<DramWindow[]> {
  const { machine, device } = bench;
  const requests: Request[] = [];
  const { phases } = await simulate(trace, machine, device, {
    onRequest: (address, write, cycle) => requests.push({ address, write, cycle }),
  });
  const [p, q] = device.periodPs;
  const rows: DramWindow[] = [];
  let begin = 0;
  for (const { phase, dramCycles } of phases) {
    const end = begin + dramCycles;
    const own = requests.filter(({ cycle }) => cycle >= begin && cycle < end);
    const counts = countCommands(bench, listOf(own, begin), dramCycles / windows, windows);
    const seconds = ((dramCycles / windows) * p) / q / 1e12;
    counts.forEach(({ reads, writes, activations }, i) => {
      const columns = reads + writes;
      rows.push({
        machine: machine.name,
        phase,
        from_s: i * seconds,
        to_s: (i + 1) * seconds,
        read_B_per_s: (reads * burstBytes(device)) / seconds,
        write_B_per_s: (writes * burstBytes(device)) / seconds,
        row_hit_share: columns === 0 ? null : 1 - Math.min(columns, activations) / columns,
      });
    });
    begin = end;
  }
  return rows;
}

interface Request {
  readonly address: number;
  readonly write: boolean;
  readonly cycle: number;
}

interface WindowCounts {
  reads: number;
  writes: number;
  /** Rows opened for column commands of this window. */
  activations: number;
}

/** Column commands by the window in which they are sent; an activation counts with the first column command after it. */
function countCommands(
  { machine, device }: Bench,
  requests: RequestList,
  windowCycles: number,
  windows: number,
): WindowCounts[] {
  const counts = Array.from({ length: windows }, () => ({ reads: 0, writes: 0, activations: 0 }));
  const { ranks, bankGroups, banksPerGroup } = device.organisation;
  const banks = ranks * bankGroups * banksPerGroup;
  /** By channel and bank: 1 where its row was opened and not used yet. */
  const fresh = new Uint8Array(machine.dram.channels * banks);
  const onCommand = (channel: number, cycle: number, command: number, bank: number): void => {
    const slot = channel * banks + bank;
    if (command === ACT) fresh[slot] = 1;
    if (command !== RD && command !== WR) return;
    const window = counts[Math.min(windows - 1, Math.floor(cycle / windowCycles))]!;
    if (command === RD) window.reads++;
    else window.writes++;
    window.activations += fresh[slot]!;
    fresh[slot] = 0;
  };
  // Each channel accepts one request a cycle.
  runTrace(device, machine.dram, requests, machine.dram.channels, { onCommand });
  return counts;
}

function listOf(requests: readonly Request[], begin: number): RequestList {
  return {
    length: requests.length,
    address: Float64Array.from(requests, ({ address }) => address),
    write: Uint8Array.from(requests, ({ write }) => (write ? 1 : 0)),
    cycle: Float64Array.from(requests, ({ cycle }) => cycle - begin),
  };
}
