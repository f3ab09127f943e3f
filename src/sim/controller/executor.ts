/**
 * Runs one program: six in-order engines and the DRAM on one time line in picoseconds.
 *
 *     program ──▶ dma.weights, dma.stream, dma.store ──▶ DRAM (per command)
 *            └──▶ array, vector, float (durations from work costs, on edges of the machine's clock)
 *
 * Time advances from completion to completion: either the earliest of the three computing engines or a transfer that
 * the DRAM reports first. A DMA engine issues one transfer every `setup` cycles as soon as its dependencies allow and
 * does not wait for the one before; transfers of an engine finish in order.
 *
 * Transfers are submitted at times that never lie before a completion that the DRAM has reported.
 */
import { TritsimError } from '../../errors/error.ts';
import { DMA_ENGINES, ENGINES, type Program } from '../../mapping/program.ts';
import type { Clock } from '../clock.ts';
import type { Memory } from './memory.ts';
import type { Component } from '../ledger.ts';
import type { Attribution } from './attribution.ts';
import { DependencyGraph } from './dependencies.ts';

/** Timing of a program's works, by index of the work. */
export interface WorkTiming {
  readonly cycles: Float64Array;
  /** Of these the last ones, in which the unit only waits for SRAM ports. */
  readonly stallCycles: Float64Array;
}

const ARRAY = ENGINES.indexOf('array');
/** Computing engines in the order in which time is attributed to them. */
const FRONT: readonly { engine: number; component: Component }[] = [
  { engine: ARRAY, component: 'array' },
  { engine: ENGINES.indexOf('float'), component: 'float_unit' },
  { engine: ENGINES.indexOf('vector'), component: 'vector' },
];

/** When a program's commands ran, ps, by command. */
export interface Schedule {
  /** A computing command's first clock edge; when a transfer's first request reached the DRAM. */
  readonly startPs: Float64Array;
  /** When what depends on it could start; transfers of an engine finish in order. */
  readonly finishPs: Float64Array;
}

/** Progress is reported every so many commands. */
const COMMANDS_PER_REPORT = 256;

export class Executor {
  readonly schedule: Schedule;
  readonly #program: Program;
  readonly #timing: WorkTiming;
  readonly #memory: Memory;
  readonly #clock: Clock;
  readonly #setupCycles: number;
  readonly #attribution: Attribution;
  readonly #graph: DependencyGraph;
  /** By engine: position in its queue of the next command to start; the running command; when it starts, stalls and finishes. */
  readonly #next = new Int32Array(ENGINES.length);
  readonly #running = new Int32Array(ENGINES.length).fill(-1);
  readonly #startPs = new Float64Array(ENGINES.length);
  readonly #stallPs = new Float64Array(ENGINES.length);
  readonly #finishPs = new Float64Array(ENGINES.length).fill(Infinity);
  /** By DMA engine: position of the oldest transfer that has not finished; when the next may issue. */
  readonly #oldest = new Int32Array(DMA_ENGINES);
  readonly #issuePs = new Float64Array(DMA_ENGINES);
  readonly #arrived: Uint8Array;
  #nowPs: number;
  #finished = 0;
  /** Time with a transfer outstanding, ps. */
  dmaBusyPs = 0;
  /** Time with a command on the array, ps. */
  arrayBusyPs = 0;

  constructor(
    program: Program,
    timing: WorkTiming,
    memory: Memory,
    clock: Clock,
    setupCycles: number,
    attribution: Attribution,
    startPs: number,
  ) {
    this.#program = program;
    this.#timing = timing;
    this.#memory = memory;
    this.#clock = clock;
    this.#setupCycles = setupCycles;
    this.#attribution = attribution;
    this.#graph = new DependencyGraph(program);
    this.#arrived = new Uint8Array(program.length);
    this.schedule = {
      startPs: new Float64Array(program.length),
      finishPs: new Float64Array(program.length),
    };
    this.#nowPs = startPs;
    this.#issuePs.fill(startPs);
  }

  /** Runs to the end; returns the time at which the last command finished, ps. `onProgress` hears the share done. */
  run(onProgress?: (share: number) => void): number {
    let reported = 0;
    for (let engine = 0; engine < ENGINES.length; engine++) this.#start(engine);
    while (this.#finished < this.#program.length) {
      let engine = ARRAY;
      for (let e = DMA_ENGINES; e < ENGINES.length; e++) {
        if (this.#finishPs[e]! < this.#finishPs[engine]!) engine = e;
      }
      const limit = this.#finishPs[engine]!;
      const transfer = this.#memory.advance(limit);
      if (transfer >= 0) {
        this.#advanceTo(this.#memory.completedAtPs);
        this.#arrive(transfer);
      } else if (limit < Infinity) {
        this.#advanceTo(limit);
        this.#finishComputing(engine);
      } else {
        throw new TritsimError('SIM_DEADLOCK', 'no command can run and none is under way', {
          found: `${this.#program.length - this.#finished} commands left at ${this.#nowPs} ps`,
        });
      }
      if (this.#finished - reported >= COMMANDS_PER_REPORT) {
        reported = this.#finished;
        onProgress?.(reported / this.#program.length);
      }
    }
    onProgress?.(1);
    return this.#nowPs;
  }

  #finishComputing(engine: number): void {
    const command = this.#running[engine]!;
    this.#running[engine] = -1;
    if (engine === ARRAY) this.arrayBusyPs += this.#finishPs[engine]! - this.#startPs[engine]!;
    this.#finishPs[engine] = Infinity;
    this.#complete(command);
    this.#start(engine);
  }

  /** Transfers finish in order: one that arrives early waits for those before it. */
  #arrive(command: number): void {
    this.#arrived[command] = 1;
    const engine = this.#program.engine[command]!;
    const queue = this.#graph.queue(engine);
    while (this.#oldest[engine]! < queue.length && this.#arrived[queue[this.#oldest[engine]!]!] === 1) {
      this.#complete(queue[this.#oldest[engine]!++]!);
    }
  }

  #complete(command: number): void {
    this.#finished++;
    this.schedule.finishPs[command] = this.#nowPs;
    const released = this.#graph.complete(command);
    // Only engines that had to wait for this command can start something now.
    for (let i = 0; i < released; i++) {
      this.#start(this.#program.engine[this.#graph.released[i]!]!);
    }
  }

  /** Starts what the engine can start now: one command, or for a DMA engine every transfer that is ready. */
  #start(engine: number): void {
    const queue = this.#graph.queue(engine);
    while (this.#next[engine]! < queue.length && this.#running[engine] === -1) {
      const command = queue[this.#next[engine]!]!;
      if (!this.#graph.isReady(command)) return;
      this.#next[engine]!++;
      if (engine < DMA_ENGINES) this.#submit(engine, command);
      else this.#compute(engine, command);
    }
  }

  #submit(engine: number, command: number): void {
    const { address, bytes, engine: engines } = this.#program;
    const edge = this.#clock.edgeAtOrAfter(Math.max(this.#nowPs, this.#issuePs[engine]!));
    const at = this.#clock.timeOf(edge + this.#setupCycles);
    this.#issuePs[engine] = at;
    this.schedule.startPs[command] = at;
    const write = ENGINES[engines[command]!] === 'dma.store';
    this.#memory.submit(engine, command, address[command]!, bytes[command]!, write, at);
  }

  #compute(engine: number, command: number): void {
    const work = this.#program.work[command]!;
    const start = this.#clock.edgeAtOrAfter(this.#nowPs);
    const finish = start + this.#timing.cycles[work]!;
    this.#running[engine] = command;
    this.#startPs[engine] = this.#clock.timeOf(start);
    this.schedule.startPs[command] = this.#startPs[engine]!;
    this.#stallPs[engine] = this.#clock.timeOf(finish - this.#timing.stallCycles[work]!);
    this.#finishPs[engine] = this.#clock.timeOf(finish);
  }

  /**
   * Moves time forward and says where it went; a command that waits for its clock edge does not work yet, one that waits
   * for SRAM ports no more.
   */
  #advanceTo(ps: number): void {
    while (this.#nowPs < ps) {
      let until = ps;
      for (const { engine } of FRONT) {
        if (this.#running[engine]! < 0) continue;
        for (const turn of [this.#startPs[engine]!, this.#stallPs[engine]!]) {
          if (turn > this.#nowPs && turn < until) until = turn;
        }
      }
      const requested = this.#oldestRequestPs();
      if (requested > this.#nowPs && requested < until) until = requested;
      this.#attribute(until - this.#nowPs);
      this.#nowPs = until;
    }
  }

  #attribute(elapsed: number): void {
    const requested = this.#oldestRequestPs();
    if (requested < Infinity) this.dmaBusyPs += elapsed;
    const operation = this.#program.operation[this.#graph.oldestComputing(this.#finishedComputing)]!;
    for (const { engine, component } of FRONT) {
      if (this.#running[engine]! < 0 || this.#startPs[engine]! > this.#nowPs) continue;
      const stalled = this.#stallPs[engine]! <= this.#nowPs;
      this.#attribution.add(stalled ? 'sram' : component, operation, elapsed);
      return;
    }
    this.#attribution.add(requested <= this.#nowPs ? 'dram' : 'dma', operation, elapsed);
  }

  /** When the oldest transfer that has not finished reached the DRAM, ps; Infinity where none is outstanding. */
  #oldestRequestPs(): number {
    let oldest = Infinity;
    for (let e = 0; e < DMA_ENGINES; e++) {
      if (this.#oldest[e]! >= this.#next[e]!) continue;
      oldest = Math.min(oldest, this.schedule.startPs[this.#graph.queue(e)[this.#oldest[e]!]!]!);
    }
    return oldest;
  }

  /** Whether a computing command has finished, by its position in its engine's queue. */
  readonly #finishedComputing = (engine: number): number =>
    this.#next[engine]! - (this.#running[engine] === -1 ? 0 : 1);
}
