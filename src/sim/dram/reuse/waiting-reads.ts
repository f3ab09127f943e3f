/** The reads that wait when a run begins that is looked up: told of or kept aside as the run has it. */
import type { Controller } from '../controller.ts';
import type { Run } from './run.ts';

export class WaitingReads {
  readonly #bank: Int32Array;
  readonly #row: Int32Array;
  readonly #burst: Int32Array;
  readonly #tag: Int32Array;
  readonly #order: Float64Array;
  readonly #arrival: Float64Array;
  #kept = 0;

  constructor(capacity: number) {
    this.#bank = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#burst = new Int32Array(capacity);
    this.#tag = new Int32Array(capacity);
    this.#order = new Float64Array(capacity);
    this.#arrival = new Float64Array(capacity);
  }

  /** Empties the queue: tells of the reads that are sent in `run`, which begins now, and keeps the others. */
  take({ reads, latency, onRead, now }: Controller, run: Run): void {
    this.#kept = 0;
    let i = 0;
    // Reads with one tag are told of together.
    let told = 0;
    let last = 0;
    let toldTag = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      const end = run.numbers[run.waitingAt + i++]!;
      if (end >= 0) {
        latency.add(now + end - reads.arrivalOf(entry));
        const tag = reads.tagOf(entry);
        if (tag !== toldTag && told > 0) {
          onRead(toldTag, now + last, told);
          told = 0;
        }
        if (told === 0 || end > last) last = end;
        toldTag = tag;
        told++;
        continue;
      }
      const k = this.#kept++;
      this.#bank[k] = reads.bankOf(entry);
      this.#row[k] = reads.rowOf(entry);
      this.#burst[k] = reads.burstOf(entry);
      this.#tag[k] = reads.tagOf(entry);
      this.#order[k] = reads.orderOf(entry);
      this.#arrival[k] = reads.arrivalOf(entry);
    }
    if (told > 0) onRead(toldTag, now + last, told);
    reads.clear();
  }

  /** Queues again what was kept. */
  putBack({ reads }: Controller): void {
    for (let k = 0; k < this.#kept; k++) {
      reads.add(
        this.#bank[k]!,
        this.#row[k]!,
        this.#burst[k]!,
        this.#tag[k]!,
        this.#order[k]!,
        this.#arrival[k]!,
      );
    }
  }
}
