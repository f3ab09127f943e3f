/**
 * What a channel tells its caller: which parts are done and which refreshes were sent. It may have simulated more than the caller asked
 * for; what happened later is held back until the caller gets there.
 *
 * Units: cycles.
 */
import type { RefreshObserver } from './controller.ts';
import { UNTRACKED, type Part, type PartObserver } from './part.ts';

export class Reports {
  /** What happens before this cycle is told; what happened before `ran` has been. */
  until = 0;
  ran = 0;
  /** From a RD to the end of its data. */
  readCycles = 0;
  readonly #byTransfer: (Part | undefined)[] = [];
  readonly #onDone: PartObserver;
  readonly #onRefresh: RefreshObserver | undefined;
  /** Parts that are done and refreshes sent, of which the caller has not been told. */
  readonly #parts: Part[] = [];
  readonly #refreshes: { readonly cycle: number; readonly command: number; readonly bank: number }[] = [];

  constructor(onDone: PartObserver, onRefresh: RefreshObserver | undefined) {
    this.#onDone = onDone;
    this.#onRefresh = onRefresh;
  }

  /** The part of a transfer; undefined where it has none here or has been told to be done. */
  partOf(transfer: number): Part | undefined {
    return this.#byTransfer[transfer];
  }

  /** A part that is to be told of. */
  add(part: Part): void {
    this.#byTransfer[part.transfer] = part;
  }

  /** Reads of a part have been sent, the last with its data until `end`. */
  readSent(tag: number, end: number, reads: number): void {
    if (tag === UNTRACKED) return;
    const part = this.#byTransfer[tag]!;
    part.waiting -= reads;
    if (end > part.end) part.end = end;
    if (part.left === 0 && part.waiting === 0) this.done(part);
  }

  refreshSent(cycle: number, command: number, bank: number): void {
    if (cycle < this.ran) return;
    if (cycle < this.until) this.#onRefresh?.(cycle, command, bank);
    else this.#refreshes.push({ cycle, command, bank });
  }

  done(part: Part): void {
    if (part.told) return;
    if (this.#isLater(part)) this.#parts.push(part);
    else this.#tell(part);
  }

  /** Tells what was held back and may be told now. */
  tellHeld(): void {
    const parts = this.#parts;
    const refreshes = this.#refreshes;
    while (refreshes.length > 0 && refreshes[0]!.cycle < this.until) {
      const { cycle, command, bank } = refreshes.shift()!;
      this.#onRefresh?.(cycle, command, bank);
    }
    for (let i = 0; i < parts.length;) {
      if (this.#isLater(parts[i]!)) i++;
      else this.#tell(parts.splice(i, 1)[0]!);
    }
  }

  /** Forgets what was held back: it has not happened. */
  forgetHeld(): void {
    this.#parts.length = 0;
    this.#refreshes.length = 0;
  }

  /** Whether the last read of a part that is done is sent after what may be told. */
  #isLater(part: Part): boolean {
    return !part.write && part.end - this.readCycles >= this.until;
  }

  #tell(part: Part): void {
    part.told = true;
    this.#byTransfer[part.transfer] = undefined;
    this.#onDone(part.transfer, part.end);
  }
}
