/**
 * What the array waits for while no command is on it. Each wait, from the end of one array command to the start of the next,
 * is followed back along the commands that ended last: the next array command started when the last of those that it
 * waited for ended; that one became ready when the last of those that *it* waited for ended; and so on, back to the moment the
 * array fell idle. So each instant belongs to one command, and its cause is:
 *
 * | cause | the command that held things up at that instant |
 * |---|---|
 * | `weights` | a transfer of the weight engine: tiles of a projection, rows of the LM head |
 * | `kv` | a transfer of keys or values out of the cache |
 * | `activations` | the vector or float command that makes the inputs of the next array command; rows of the embedding |
 * | `output` | emptying the accumulator slot that the next array command needs; a transfer to DRAM; the last writes of a phase |
 * | `dependency` | any other vector or float command: compute that has to come before the inputs can be made |
 * | `refresh` | one of the transfers above, while every channel in which something of it is left is in refresh |
 *
 * A command waits also for the one before it on its engine (a transfer: until that one is issued), for its clock edge and
 * a transfer for its set-up; this counts to the command that is issued or whose end was too late for the earlier edge.
 * After the last array command of a step its end is waited for, as the next step begins there.
 * Waits for SRAM ports lie within commands of the array and are not here.
 *
 * Units: picoseconds; the causes add up to the time in which no command is on the array.
 */
import { DMA_ENGINES, ENGINES, type Program } from '../../mapping/program.ts';
import type { ChannelLog } from '../dram/channel-log.ts';
import type { Schedule } from './executor.ts';

export const STALL_CAUSES = ['weights', 'activations', 'output', 'kv', 'refresh', 'dependency'] as const;
export type StallCause = (typeof STALL_CAUSES)[number];

export interface Stall {
  readonly cause: StallCause;
  readonly fromPs: number;
  readonly toPs: number;
}

const ARRAY = ENGINES.indexOf('array');

/** The stalls of one step that ran from `fromPs` to `toPs`, in no order; none overlap. */
export function stallsOf(
  program: Program,
  schedule: Schedule,
  channels: ChannelLog,
  fromPs: number,
  toPs: number,
): Stall[] {
  const walk = new Walk(program, schedule, channels, fromPs);
  let idleFrom = fromPs;
  let last = -1;
  for (let command = 0; command < program.length; command++) {
    if (last < 0 || schedule.finishPs[command]! > schedule.finishPs[last]!) last = command;
    if (program.engine[command] !== ARRAY) continue;
    const start = schedule.startPs[command]!;
    if (start > idleFrom) walk.back(walk.heldUpBy(command), command, idleFrom, start);
    idleFrom = schedule.finishPs[command]!;
  }
  if (toPs > idleFrom) walk.back(last, -1, idleFrom, toPs);
  return walk.stalls;
}

class Walk {
  readonly stalls: Stall[] = [];
  readonly #program: Program;
  readonly #schedule: Schedule;
  readonly #channels: ChannelLog;
  readonly #stepPs: number;
  /** By command: the one before it on its engine, or −1. */
  readonly #before: Int32Array;

  constructor(program: Program, schedule: Schedule, channels: ChannelLog, stepPs: number) {
    this.#program = program;
    this.#schedule = schedule;
    this.#channels = channels;
    this.#stepPs = stepPs;
    this.#before = new Int32Array(program.length);
    const latest = new Int32Array(ENGINES.length).fill(-1);
    for (let command = 0; command < program.length; command++) {
      const engine = program.engine[command]!;
      this.#before[command] = latest[engine]!;
      latest[engine] = command;
    }
  }

  /** Of what a command waited for, what let it go last; −1 where it waited for nothing. */
  heldUpBy(command: number): number {
    const { dependencyStart, dependencies } = this.#program;
    let holder = this.#before[command]!;
    for (let i = dependencyStart[command]!; i < dependencyStart[command + 1]!; i++) {
      const dependency = dependencies[i]!;
      if (holder < 0 || this.#releasePs(dependency, command) > this.#releasePs(holder, command)) {
        holder = dependency;
      }
    }
    return holder;
  }

  /** Divides [idleFrom, until) among `holder`, what held that up, and so on; `target` is the array command that waits, or −1. */
  back(holder: number, target: number, idleFrom: number, until: number): void {
    let end = until;
    for (let command = holder; end > idleFrom;) {
      if (command < 0) {
        // Nothing but the clock edge.
        this.#add('dependency', idleFrom, end);
        return;
      }
      const next = this.heldUpBy(command);
      const ready = next < 0 ? this.#stepPs : this.#releasePs(next, command);
      const from = Math.max(idleFrom, ready);
      if (from < end) this.#charge(command, target, from, end);
      end = Math.min(end, from);
      command = next;
    }
  }

  /** When `holder` let `command` go: at its end, or at its issue where it is only ahead on the same DMA engine. */
  #releasePs(holder: number, command: number): number {
    const ahead = holder === this.#before[command] && this.#program.engine[command]! < DMA_ENGINES;
    return ahead ? this.#schedule.startPs[holder]! : this.#schedule.finishPs[holder]!;
  }

  #charge(command: number, target: number, fromPs: number, toPs: number): void {
    const cause = this.#causeOf(command, target);
    if (this.#program.engine[command]! >= DMA_ENGINES) {
      this.#add(cause, fromPs, toPs);
      return;
    }
    const requested = Math.max(fromPs, this.#schedule.startPs[command]!);
    const held = this.#channels.refreshWithin(command, requested, toPs);
    let from = fromPs;
    for (let i = 0; i < held.length; i += 2) {
      this.#add(cause, from, held[i]!);
      this.#add('refresh', held[i]!, held[i + 1]!);
      from = held[i + 1]!;
    }
    this.#add(cause, from, toPs);
  }

  #causeOf(command: number, target: number): StallCause {
    const { works, work, engine } = this.#program;
    const wanted = works[work[command]!]!;
    switch (ENGINES[engine[command]!]!) {
      case 'dma.weights':
        return 'weights';
      case 'dma.store':
        return 'output';
      case 'dma.stream':
        return wanted.unit === 'load' && wanted.buffer === 'operands' ? 'kv' : 'activations';
      case 'array':
      case 'vector':
      case 'float':
        if (target < 0 || !this.#dependsOn(target, command)) return 'dependency';
        return wanted.unit === 'vector' && EMPTYING.has(wanted.routine) ? 'output' : 'activations';
    }
  }

  #dependsOn(command: number, on: number): boolean {
    const { dependencyStart, dependencies } = this.#program;
    return dependencies.subarray(dependencyStart[command]!, dependencyStart[command + 1]!).includes(on);
  }

  #add(cause: StallCause, fromPs: number, toPs: number): void {
    if (fromPs < toPs) this.stalls.push({ cause, fromPs, toPs });
  }
}

/** Vector routines that turn the contents of an accumulator slot into values. */
const EMPTYING: ReadonlySet<string> = new Set(['dequantize', 'drain']);
