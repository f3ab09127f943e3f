/** What of a transfer lies in one channel, and how far it has got. Units: cycles, burst indices within the channel. */

/** The bursts of one transfer that lie in one channel: consecutive ones. */
export interface Part {
  /** Index of the transfer in the system's tables. */
  readonly transfer: number;
  readonly write: boolean;
  readonly stream: number;
  /** First cycle at which a burst may be accepted. */
  readonly start: number;
  nextBurst: number;
  /** Bursts not yet accepted. */
  left: number;
  /** Reads accepted whose RD has not been sent. */
  waiting: number;
  /** Latest end of a burst so far. */
  end: number;
  /** Whether the observer has been told that it is done. */
  told: boolean;
  /** Writes of the stream so far, this part's included. */
  through: number;
}

/** Told when all bursts of a part are done: data of reads off the bus, writes accepted. */
export type PartObserver = (transfer: number, cycle: number) => void;

/** The tag of reads of a part that the caller knows to be done. */
export const UNTRACKED = -1;

/** What the requests of a part carry. */
export function tagOf({ told, transfer }: Part): number {
  return told ? UNTRACKED : transfer;
}

/** The bursts of a part that are still to be read. */
export function readsOf(part: Part): { nextBurst: number; left: number; tag: number } {
  return { nextBurst: part.nextBurst, left: part.left, tag: tagOf(part) };
}

/** Whether `next` reads on where `part` ends, with nothing to wait for from cycle `from` on. */
export function goesOn(part: Part, next: Part | undefined, from: number): boolean {
  return (
    next !== undefined && !next.write && next.start <= from && next.nextBurst === part.nextBurst + part.left
  );
}

/** Notes that `bursts` of `part` have been accepted and `sent` of its reads were sent, the last data at `end`. */
export function accountFor(part: Part, bursts: number, sent: number, end: number): void {
  part.nextBurst += bursts;
  part.left -= bursts;
  part.waiting += bursts - sent;
  if (end > part.end) part.end = end;
}
