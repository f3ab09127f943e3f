/**
 * An in-order computing engine: array, vector unit or float unit. It begins the next command of its queue in a cycle
 * in which it has none and the command is ready, and works on it every cycle until unit and ports are done.
 */
import type { Component } from './component.ts';
import type { Job } from './job.ts';
import type { Progress, ProgramRun } from './program-run.ts';
import { Tally } from './tally.ts';
import { WorkRun } from './work.ts';
import type { Machine } from '../../hardware/machine.ts';

/** What a unit does in a cycle. */
export interface Activity {
  readonly command: number;
  /** Waiting for the ports of its buffers. */
  readonly stalled: boolean;
}

/** Sees a command that has ended. */
export type WorkObserver = (command: number, run: WorkRun) => void;

export class Unit implements Component, Progress {
  /** Visible: commands of the queue that have finished. */
  finished = 0;
  readonly tally = new Tally();
  /** What the cycle that has been evaluated is spent on, for those who watch. */
  activity: Activity | null = null;

  readonly #machine: Machine;
  readonly #engine: number;
  readonly #makeJob: (command: number) => Job;
  readonly #onDone: WorkObserver;
  #run: ProgramRun | null = null;
  #work: { readonly command: number; readonly run: WorkRun } | null = null;
  #nextFinished = 0;

  constructor(machine: Machine, engine: number, makeJob: (command: number) => Job, onDone: WorkObserver) {
    this.#machine = machine;
    this.#engine = engine;
    this.#makeJob = makeJob;
    this.#onDone = onDone;
  }

  /** Takes up another program, when the last one is over. */
  load(run: ProgramRun): void {
    this.#run = run;
    this.finished = 0;
    this.#nextFinished = 0;
  }

  commit(): void {
    this.finished = this.#nextFinished;
  }

  evaluate(): void {
    this.#work ??= this.#begin();
    if (this.#work === null) {
      this.activity = null;
      return;
    }
    const { command, run } = this.#work;
    const { stalled, done } = run.step();
    this.activity = { command, stalled };
    if (!done) return;
    this.tally.addAll(run.tally);
    this.#onDone(command, run);
    this.#work = null;
    this.#nextFinished = this.finished + 1;
  }

  #begin(): { command: number; run: WorkRun } | null {
    const command = this.#run?.queues[this.#engine]![this.finished];
    if (command === undefined || !this.#run!.isReady(command)) return null;
    return { command, run: new WorkRun(this.#machine, this.#makeJob(command)) };
  }
}
