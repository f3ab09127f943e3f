/**
 * The commands of a step, lowered piece by piece when they are asked for, and kept for the next estimate as far as there is room:
 * what a step lowers to does not depend on clock, DRAM and whatever else only makes it faster. Where there is no room, each piece
 * is lowered again every time and forgotten.
 *
 * The pieces behind the layers depend on how many layers were worked out, since the last of these stands in for those left out; so
 * each such number has a tail of its own.
 */
import type { Machine } from '../../hardware/machine.ts';
import { CommandTape } from '../../mapping/command-tape.ts';
import { beginStep, type Plan } from '../../mapping/plan.ts';
import type { PlannedStep } from '../../mapping/planned-step.ts';
import type { WorkTable } from '../../mapping/work-table.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import { pieceLowering, piecesOf, type PieceLowering, type Pieces } from './pieces.ts';

/** Commands that may still be kept. */
export interface Room {
  commands: number;
}

/** Goes over the commands of a tape from column `from` to before `to`. */
export type Walk = (tape: CommandTape, from: number, to: number) => void;

/** Pieces lowered up to some place. */
interface Lowering {
  readonly tape: CommandTape;
  /** By piece: column of its first command; beyond the last piece, of what comes next. */
  readonly starts: number[];
  /** From where it can go on; absent where it has gone on to a tail. */
  readonly pieces?: PieceLowering;
}

type Open = Required<Lowering>;

export class StepTape {
  readonly pieces: Pieces;
  readonly #begin: () => Open;
  readonly #room: Room;
  /** Pieces as they follow each other without any left out; absent where nothing is kept and nothing under way. */
  #main: Lowering | undefined;
  readonly #tails = new Map<number, CommandTape>();
  #isKept: boolean;

  /** @param machine any that the plan is for */
  constructor(
    manifest: TraceManifest,
    machine: Machine,
    plan: Plan,
    step: PlannedStep,
    works: WorkTable,
    room: Room,
  ) {
    this.pieces = piecesOf(plan.graph, step);
    this.#room = room;
    this.#isKept = room.commands > 0;
    this.#begin = () => {
      const tape = new CommandTape(works);
      const context = beginStep(manifest, plan, step, machine, tape);
      return { tape, pieces: pieceLowering(context, step), starts: [0] };
    };
  }

  /** Walks pieces `from` … `to` − 1. Those before were walked in this order: what comes first, layers one by one. */
  walk(from: number, to: number, walk: Walk): void {
    if (!this.#isKept) return this.#walkAlone(from, to, walk);
    const { tape, starts } = this.#recorded(to);
    walk(tape, starts[from]!, starts[to]!);
    if (this.#room.commands < 0) this.#forget();
  }

  /** Walks the pieces behind the layers, `done` of which were walked. */
  walkTail(done: number, walk: Walk): void {
    if (this.#isKept) {
      let tail = this.#tails.get(done);
      if (tail === undefined) this.#tails.set(done, (tail = this.#recordTail(done)));
      walk(tail, 0, tail.length);
      this.#dropTails(done);
      if (this.#room.commands < 0) this.#forget();
    } else {
      const { first, length, count } = this.pieces.repeats;
      this.#main ??= this.#begin();
      this.#standIn(this.#main.pieces!, done);
      this.#walkAlone(first + length * count, this.pieces.count, walk);
    }
    if (!this.#isKept) this.#main = undefined;
  }

  /** The first `to` pieces at least. */
  #recorded(to: number): Lowering {
    const known = this.#main;
    if (known !== undefined && known.starts.length > to) return known;
    const open = known?.pieces === undefined ? this.#begin() : (known as Open);
    this.#room.commands += known?.tape.length ?? 0;
    lowerUntil(open, to);
    this.#room.commands -= open.tape.length;
    return (this.#main = open);
  }

  #recordTail(done: number): CommandTape {
    const { first, length, count } = this.pieces.repeats;
    const until = first + length * done;
    const known = this.#main;
    const goesOn = known?.pieces !== undefined && known.starts.length === until + 1;
    const open = goesOn ? (known as Open) : this.#begin();
    lowerUntil(open, until);
    this.#standIn(open.pieces, done);
    for (let i = first + length * count; i < this.pieces.count; i++) open.pieces.lower(i);
    const tail = open.tape.split(open.starts[until]!);
    if (goesOn) this.#main = { tape: open.tape, starts: open.starts };
    this.#room.commands -= tail.length;
    return tail;
  }

  /** What follows the last layer waits for the last one that was worked out, where that is another. */
  #standIn(pieces: PieceLowering, done: number): void {
    const { operation, repeats } = this.pieces;
    const { first, length, count } = repeats;
    if (done === count) return;
    const last = operation(first + (done - 1) * length);
    const operations = operation(first + done * length) - last;
    for (let i = 0; i < operations; i++) pieces.standIn(last + i, last + (count - done) * operations + i);
  }

  #walkAlone(from: number, to: number, walk: Walk): void {
    const { tape, pieces } = (this.#main ??= this.#begin()) as Open;
    for (let i = from; i < to; i++) {
      tape.clear();
      pieces.lower(i);
      walk(tape, 0, tape.length);
    }
  }

  /** Makes room of the other tails than that of `done`, where there is none. */
  #dropTails(done: number): void {
    for (const [other, { length }] of this.#tails) {
      if (this.#room.commands >= 0) return;
      if (other === done) continue;
      this.#tails.delete(other);
      this.#room.commands += length;
    }
  }

  /** There was no room for what has just been lowered: from now on pieces are lowered as they are walked. */
  #forget(): void {
    this.#isKept = false;
    for (const tail of this.#tails.values()) this.#room.commands += tail.length;
    this.#tails.clear();
    if (this.#main === undefined) return;
    this.#room.commands += this.#main.tape.length;
    this.#main.tape.clear();
  }
}

/** Lowers up to piece `to` what is not lowered yet. */
function lowerUntil({ tape, pieces, starts }: Open, to: number): void {
  for (let piece = starts.length - 1; piece < to; piece++) {
    pieces.lower(piece);
    starts.push(tape.length);
  }
}
