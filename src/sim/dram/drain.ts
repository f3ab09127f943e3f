/**
 * Which of the two queues is served: reads until `writeHigh` of the write queue is taken or no read waits; then writes, until
 * `writeLow` is left and reads wait.
 */
import type { ControllerPolicy } from './policy.ts';
import type { RequestQueue } from './queue.ts';

export class Drain {
  /** Whether writes are being served. */
  writing = false;
  readonly high: number = 0;
  readonly #low: number = 0;
  readonly #reads: RequestQueue;
  readonly #writes: RequestQueue;

  constructor(reads: RequestQueue, writes: RequestQueue, policy: ControllerPolicy) {
    this.#reads = reads;
    this.#writes = writes;
    this.high = Math.max(1, Math.ceil(policy.writeHigh * policy.writeQueue));
    this.#low = Math.floor(policy.writeLow * policy.writeQueue);
  }

  /** Whether a full queue of that kind is served, and goes on to be where it has a place more or less. */
  keeps(write: boolean): boolean {
    if (this.writing !== write || this.next() !== write) return false;
    if (write) return this.#reads.size === 0 || this.#writes.capacity - 1 > this.#low;
    return this.#writes.size === 0 || this.#reads.capacity > 1;
  }

  /** What `writing` is to be from now on. */
  next(): boolean {
    const writes = this.#writes.size;
    if (writes === 0) return false;
    if (this.#reads.size === 0) return true;
    return writes >= this.high || (this.writing && writes > this.#low);
  }
}
