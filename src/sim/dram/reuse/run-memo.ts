/** Runs that have been simulated, by the state they start from. When they take too many bytes all are forgotten. Units: bytes. */
import type { RunKey } from './run-key.ts';
import type { Run } from './run.ts';

/** What a run takes beside its numbers: objects, links and their latencies, rounded up. */
const RUN_OVERHEAD = 1024;

/** Hashes that are remembered although their runs are not: a power of two. */
const MISSED = 2 ** 16;

export class RunMemo {
  readonly #capacity: number;
  readonly #byHash = new Map<number, Run>();
  /** By lowest bits of a hash: the hash that was asked for last in vain. */
  readonly #missed = new Int32Array(MISSED);
  #bytes = 0;

  /** `capacity`: bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  find(key: RunKey): Run | null {
    let run = this.#byHash.get(key.hash) ?? null;
    while (run !== null && !isSame(run, key)) run = run.sameHash;
    return run;
  }

  /** Whether a hash that is not known was also the last of its place that was not; notes that it was. */
  metAgain(hash: number): boolean {
    const place = hash & (MISSED - 1);
    const again = this.#missed[place] === hash;
    this.#missed[place] = hash;
    return again;
  }

  add(hash: number, run: Run): void {
    const bytes = RUN_OVERHEAD + run.numbers.byteLength;
    if (this.#bytes + bytes > this.#capacity) {
      this.#byHash.clear();
      this.#bytes = 0;
    }
    run.sameHash = this.#byHash.get(hash) ?? null;
    this.#byHash.set(hash, run);
    this.#bytes += bytes;
  }
}

function isSame({ numbers, keyLength }: Run, key: RunKey): boolean {
  if (keyLength !== key.length) return false;
  const other = key.values;
  for (let i = 0; i < keyLength; i++) if (numbers[i] !== other[i]) return false;
  return true;
}
