/** What a channel does in a run of consecutive reads, told relative to its start. Units: cycles, bursts of the run. */

/**
 * From a run to the one that follows it at once in the same stream. All that the state between them depends on, beside the
 * first of the two, is where the second one lies and which of the rows that it reads are open.
 */
export interface RunLink {
  /** Bank of the second run's first burst; its row as XOR to that of the first run; by pair of `RunPattern` a bit: is open. */
  readonly bank: number;
  readonly row: number;
  readonly open: number;
  readonly run: Run;
  /** Latencies of the reads that wait between the two, all sent in the second (`ReadLatency.addCounted`). */
  readonly latencySum: number;
  readonly latencies: Int32Array;
}

/**
 * Its lists stand one behind the other in `numbers`: small arrays of their own would cost more time and memory than what is in
 * them. A list begins at the place that is named for it and ends where its length says.
 */
export interface Run {
  readonly numbers: Int32Array;
  /** The state that it starts from (`RunKey`), from place 0 on. */
  readonly keyLength: number;
  /** Runs of the same hash, as a list. */
  sameHash: Run | null;
  readonly cycles: number;
  /** What may follow; null where reads from before still wait at the end, which a link would have to know of. */
  readonly links: RunLink[] | null;
  /** By command, how many were sent; of the column commands those that were the first of their activation. */
  readonly sentAt: number;
  readonly rowMisses: number;
  /** Rank-cycles with any bank open. */
  readonly activeCycles: number;
  /** By read that waited at the start, oldest first: the end of its data, or −1 while it still waits at the end. */
  readonly waitingAt: number;
  readonly waiting: number;
  /** The run's own reads that were sent: how many, the last end of data, their latencies (`ReadLatency.addCounted`). */
  readonly ownSent: number;
  readonly ownEnd: number;
  readonly latencySum: number;
  readonly latencyAt: number;
  readonly latencyEnd: number;
  /** By burst of the run: the end of its data, or −1 while it still waits at the end. */
  readonly endOfAt: number;
  /** The run's own reads that wait at the end, oldest first: which of its bursts, and behind these when they arrived. */
  readonly leftAt: number;
  readonly left: number;
  readonly lastReadEnd: number;
  readonly readRoomFrom: number;
  /** Banks whose open row is another at the end, and behind these the row as XOR to that of the run's first burst, −1 for none. */
  readonly changedAt: number;
  readonly changed: number;
  /** By bank: column commands since its activation, at the end. */
  readonly servedAt: number;
  /** What `BankTiming.save` says at the end. */
  readonly timingAt: number;
  /** Refreshes sent. */
  readonly refreshes: readonly {
    readonly cycle: number;
    readonly command: number;
    readonly bank: number;
  }[];
  /** By rank: what is held for refresh at the end, and how far the next due time and the turn have moved; null: no change. */
  readonly refresh: { readonly held: Int32Array; readonly due: Int32Array; readonly turn: Int32Array } | null;
}
