import { ACT, PRE, PREA, RD, REF, REFPB, WR } from './commands.ts';
import type { BankState } from './bank-state.ts';
import { burstBytes, type DramDevice } from './device.ts';

/** What the DRAM counts. Commands are of all channels together; cycles are of the command clock. */
export interface DramCounts {
  readonly act: number;
  /** Precharge commands: of one bank and of all banks, each one command. */
  readonly pre: number;
  readonly rd: number;
  readonly wr: number;
  /** All-bank refreshes, one a rank. */
  readonly ref: number;
  /** Per-bank refreshes. */
  readonly refpb: number;
  /** Reads and writes that are not the first column command after their activation. */
  readonly rowHits: number;
  /** Bytes on the data bus: commands × burst. */
  readonly readBytes: number;
  readonly writeBytes: number;
  /** Write requests merged into a waiting write of the same burst: they never reach the bus. */
  readonly merged: number;
  /** Read requests answered from a waiting write. */
  readonly forwarded: number;
  /** Rank-cycles with any bank open. */
  readonly activeStandbyCycles: number;
  /** Rank-cycles with all banks closed. */
  readonly prechargeStandbyCycles: number;
  /** Cycles since the start, the same for every channel. */
  readonly cycles: number;
}

/** What a controller of one channel keeps count of. */
export interface ChannelCounts {
  /** Commands sent, by number. */
  readonly sent: Float64Array;
  readonly rowHits: number;
  readonly merged: number;
  readonly forwarded: number;
  readonly state: BankState;
}

/** The counts of the controllers of one system before cycle `now`, to which all of them have been run. */
export function countsOf(controllers: readonly ChannelCounts[], device: DramDevice, now: number): DramCounts {
  const sum = (of: (c: ChannelCounts) => number) => controllers.reduce((total, c) => total + of(c), 0);
  const sent = (command: number) => sum((c) => c.sent[command]!);
  const active = sum((c) => c.state.activeCycles(now));
  return {
    act: sent(ACT),
    pre: sent(PRE) + sent(PREA),
    rd: sent(RD),
    wr: sent(WR),
    ref: sent(REF),
    refpb: sent(REFPB),
    rowHits: sum((c) => c.rowHits),
    readBytes: sent(RD) * burstBytes(device),
    writeBytes: sent(WR) * burstBytes(device),
    merged: sum((c) => c.merged),
    forwarded: sum((c) => c.forwarded),
    activeStandbyCycles: active,
    prechargeStandbyCycles: now * controllers.length * device.organisation.ranks - active,
    cycles: now,
  };
}
