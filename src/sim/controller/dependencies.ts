/**
 * A program's dependencies turned round: who waits for a command, how many each still waits for, and each engine's
 * queue in program order.
 */
import { DMA_ENGINES, ENGINES, type Program } from '../../mapping/program.ts';

export class DependencyGraph {
  readonly #waitingFor: Int32Array;
  readonly #dependentStart: Int32Array;
  readonly #dependents: Int32Array;
  readonly #queues: readonly Int32Array[];
  /** The commands that the last `complete` made ready. */
  readonly released: Int32Array;

  constructor(program: Program) {
    const n = program.length;
    this.#waitingFor = new Int32Array(n);
    this.#dependentStart = new Int32Array(n + 2);
    this.#dependents = new Int32Array(program.dependencies.length);
    for (const dependency of program.dependencies) this.#dependentStart[dependency + 2]!++;
    for (let c = 2; c < n + 2; c++) this.#dependentStart[c]! += this.#dependentStart[c - 1]!;
    // Filling moves each start up by one place, to where it belongs.
    for (let c = 0; c < n; c++) {
      const from = program.dependencyStart[c]!;
      const to = program.dependencyStart[c + 1]!;
      this.#waitingFor[c] = to - from;
      for (let i = from; i < to; i++) {
        this.#dependents[this.#dependentStart[program.dependencies[i]! + 1]!++] = c;
      }
    }
    this.#queues = ENGINES.map((_, engine) => queueOf(program, engine));
    let most = 1;
    for (let c = 0; c < n; c++) {
      most = Math.max(most, this.#dependentStart[c + 1]! - this.#dependentStart[c]!);
    }
    this.released = new Int32Array(most);
  }

  queue(engine: number): Int32Array {
    return this.#queues[engine]!;
  }

  isReady(command: number): boolean {
    return this.#waitingFor[command] === 0;
  }

  /** Marks a command finished; returns how many commands this made ready, listed in `released`. */
  complete(command: number): number {
    let count = 0;
    for (let i = this.#dependentStart[command]!; i < this.#dependentStart[command + 1]!; i++) {
      const dependent = this.#dependents[i]!;
      if (--this.#waitingFor[dependent]! === 0) this.released[count++] = dependent;
    }
    return count;
  }

  /**
   * The oldest computing command that has not finished, given how many of each engine's queue have; the program's last
   * command when all have.
   */
  oldestComputing(finished: (engine: number) => number): number {
    let oldest = -1;
    for (let engine = DMA_ENGINES; engine < ENGINES.length; engine++) {
      const command = this.#queues[engine]![finished(engine)];
      if (command !== undefined && (oldest < 0 || command < oldest)) oldest = command;
    }
    return oldest < 0 ? this.#waitingFor.length - 1 : oldest;
  }
}

function queueOf(program: Program, engine: number): Int32Array {
  const queue: number[] = [];
  for (let c = 0; c < program.length; c++) if (program.engine[c] === engine) queue.push(c);
  return Int32Array.from(queue);
}
