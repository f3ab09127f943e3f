/**
 * One program as it runs: which commands are in which engine's queue, what each waits for, and, from the positions that
 * the engines have committed, which have finished. A transfer finishes when all before it on its engine have.
 */
import { DMA_ENGINES, ENGINES, type Program } from '../../mapping/program.ts';

/** How far an engine has come in its queue: commands before this position have finished. */
export interface Progress {
  readonly finished: number;
}

export class ProgramRun {
  readonly program: Program;
  /** By engine: its commands in order. */
  readonly queues: readonly (readonly number[])[];
  readonly #position: Int32Array;
  readonly #progress: readonly Progress[];

  /** `progress` by engine. */
  constructor(program: Program, progress: readonly Progress[]) {
    this.program = program;
    this.#progress = progress;
    this.#position = new Int32Array(program.length);
    const queues = ENGINES.map((): number[] => []);
    for (let command = 0; command < program.length; command++) {
      const queue = queues[program.engine[command]!]!;
      this.#position[command] = queue.length;
      queue.push(command);
    }
    this.queues = queues;
  }

  isFinished(command: number): boolean {
    return this.#progress[this.program.engine[command]!]!.finished > this.#position[command]!;
  }

  /** Whether everything that a command depends on has finished. */
  isReady(command: number): boolean {
    const { dependencies, dependencyStart } = this.program;
    for (let i = dependencyStart[command]!; i < dependencyStart[command + 1]!; i++) {
      if (!this.isFinished(dependencies[i]!)) return false;
    }
    return true;
  }

  isOver(): boolean {
    return this.queues.every((queue, engine) => this.#progress[engine]!.finished === queue.length);
  }

  /** The oldest computing command that has not finished; the program's last command when all have. */
  oldestComputing(): number {
    let oldest = Infinity;
    for (let engine = DMA_ENGINES; engine < ENGINES.length; engine++) {
      const command = this.queues[engine]![this.#progress[engine]!.finished];
      if (command !== undefined) oldest = Math.min(oldest, command);
    }
    return oldest === Infinity ? this.program.length - 1 : oldest;
  }
}
