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
