/** Runs that have been simulated, by the state they start from. When it is full it is emptied. */
import type { RunKey } from './run-key.ts';
import type { Run } from './run.ts';

export class RunMemo {
  readonly #capacity: number;
  readonly #byHash = new Map<number, Run>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  find(key: RunKey): Run | null {
    let run = this.#byHash.get(key.hash) ?? null;
    while (run !== null && !isSame(run.key, key)) run = run.sameHash;
    return run;
  }

  add(hash: number, run: Run): void {
    if (this.#size === this.#capacity) {
      this.#byHash.clear();
      this.#size = 0;
    }
    run.sameHash = this.#byHash.get(hash) ?? null;
    this.#byHash.set(hash, run);
    this.#size++;
  }
}

function isSame(values: Int32Array, key: RunKey): boolean {
  if (values.length !== key.length) return false;
  const other = key.values;
  for (let i = 0; i < values.length; i++) if (values[i] !== other[i]) return false;
  return true;
}
