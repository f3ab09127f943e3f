/**
 * Systolic array in which one operand stays in the cells: weights (weight-stationary) or inputs (input-stationary). Cell by
 * cell and register by register; rows of cells hold inputs of the dot products, columns the other index of what stays.
 *
 *     what stays, skewed by column ▼        (a register to move it down and park it, one to hold it)
 *     stream, skewed by row ──▶ cell ──▶ cell
 *                                ▼ sums: from the accumulators at the top, back to them at the bottom
 *
 * A fold is loaded in R cycles, the bottom row's values first. A cell takes over what is parked in it with the first
 * operand of the fold. `serial`: a fold is loaded when the one before has left; `overlapped`: while the one before streams.
 * A partial fold lies in the upper rows and left columns; the other cells pass on and count nothing.
 */
import type { Machine, SystolicConfig } from '../../../hardware/machine.ts';
import type { Job } from '../job.ts';
import type { Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { DelayLine, edgeBits, multiplyAdd, operandBits, type OperandBits } from './cell.ts';
import { demandsOf } from './demands.ts';
import { blocks, type Block, type Tile } from './tile.ts';

interface Fold {
  readonly inputs: Block;
  readonly columns: Block;
}

/** One operand of the stream of a fold; `value` is null in a row without an input. */
interface Token {
  readonly fold: Fold;
  readonly t: number;
  readonly value: number | null;
}

/** What stays, on its way down to row `target` or parked there. */
interface Resident {
  readonly value: number;
  readonly target: number;
}

interface Cell {
  readonly parked: Resident | null;
  readonly held: number | null;
  readonly passing: Token | null;
  readonly sum: number;
}

const EMPTY: Cell = { parked: null, held: null, passing: null, sum: 0 };

export class StationaryJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  products = 0;
  readonly #config: SystolicConfig;
  readonly #tile: Tile;
  readonly #bits: OperandBits;
  readonly #weightsStay: boolean;
  readonly #folds: readonly Fold[];
  /** Operands that each fold streams. */
  readonly #length: number;
  #cells: readonly (readonly Cell[])[];
  readonly #stream: DelayLine<{ fold: Fold; t: number }>;
  readonly #load: DelayLine<{ fold: Fold; row: number }>;
  /** Folds whose loading (streaming) has begun, whose loading has ended, that have left; cycles of the one that goes on. */
  #loading = 0;
  #loaded = 0;
  #streaming = 0;
  #left = 0;
  #loadCycle = 0;
  #streamCycle = 0;

  constructor(machine: Machine, config: SystolicConfig, tile: Tile) {
    this.#config = config;
    this.#tile = tile;
    this.#bits = operandBits(machine, config);
    this.#weightsStay = config.dataflow === 'weight-stationary';
    const across = this.#weightsStay ? tile.n : tile.rows;
    this.#length = this.#weightsStay ? tile.rows : tile.n;
    this.#folds = blocks(across, config.columns).flatMap((columns) =>
      blocks(tile.k, config.rows).map((inputs) => ({ inputs, columns })),
    );
    this.#cells = Array.from({ length: config.rows }, () =>
      Array.from({ length: config.columns }, () => EMPTY),
    );
    const reach = Math.max(config.rows, config.columns);
    this.#stream = new DelayLine(reach);
    this.#load = new DelayLine(reach);
    this.demands = this.#demandsOf(machine);
  }

  step(): boolean {
    this.#control();
    const sums: { t: number; column: number; value: number }[] = [];
    const before = this.#cells;
    this.#cells = before.map((row, i) => row.map((_, j) => this.#cell(before, i, j)));
    const bottom = this.#config.rows - 1;
    for (let j = 0; j < this.#config.columns; j++) {
      const { passing, sum } = this.#cells[bottom]![j]!;
      if (passing === null) continue;
      const { fold, t } = passing;
      if (j < fold.columns.size) sums.push({ t, column: fold.columns.from + j, value: sum });
      if (j === this.#config.columns - 1 && t === this.#length - 1) this.#left++;
    }
    for (const { t, column, value } of sums) this.#writeSum(t, column, value);
    return this.#left === this.#folds.length;
  }

  /** Decides what enters the array's edges in this cycle. */
  #control(): void {
    const serial = this.#config.preload === 'serial';
    const next = this.#streaming;
    let token: { fold: Fold; t: number } | null = null;
    if (this.#streamCycle === 0 && next < this.#folds.length && this.#loaded > next) {
      this.#streamCycle = this.#length;
      this.#streaming++;
    }
    if (this.#streamCycle > 0) {
      token = { fold: this.#folds[this.#streaming - 1]!, t: this.#length - this.#streamCycle };
      this.#streamCycle--;
    }
    this.#stream.push(token);

    const ready = serial ? this.#left : this.#streaming;
    if (this.#loadCycle === 0 && this.#loading <= ready && this.#loading < this.#folds.length) {
      this.#loadCycle = this.#config.rows;
      this.#loading++;
    }
    let load: { fold: Fold; row: number } | null = null;
    if (this.#loadCycle > 0) {
      this.#loadCycle--;
      load = { fold: this.#folds[this.#loading - 1]!, row: this.#loadCycle };
      if (this.#loadCycle === 0) this.#loaded++;
    }
    this.#load.push(load);
  }

  #cell(before: readonly (readonly Cell[])[], i: number, j: number): Cell {
    const old = before[i]![j]!;
    const token = j === 0 ? this.#tokenAt(i) : before[i]![j - 1]!.passing;
    const arriving = this.#arriving(before, i, j);
    const isMoving = old.parked !== null && old.parked.target > i;
    let parked = isMoving ? null : old.parked;
    let { held } = old;
    if (token !== null && token.t === 0) {
      held = parked?.value ?? null;
      parked = null;
    }
    if (arriving !== null) {
      parked = arriving;
      this.#register(this.#weightsStay ? this.#bits.weight : this.#bits.activation);
    }
    if (token === null) return { parked, held, passing: null, sum: 0 };
    const sum = i === 0 ? this.#sumAt(j) : before[i - 1]![j]!.sum;
    return { parked, held, passing: token, sum: this.#product(held, token.value, sum) };
  }

  #product(held: number | null, streamed: number | null, sum: number): number {
    if (held === null || streamed === null) return sum;
    this.products++;
    this.#register(
      (this.#weightsStay ? this.#bits.activation : this.#bits.weight) + this.#config.accumulatorBits,
    );
    return multiplyAdd(this.#config, sum, streamed, held, this.tally);
  }

  /** The operand that enters row i at the left edge. */
  #tokenAt(i: number): Token | null {
    const entering = this.#stream.at(i);
    if (entering === null) return null;
    const { fold, t } = entering;
    if (i >= fold.inputs.size) return { fold, t, value: null };
    const input = fold.inputs.from + i;
    const value = this.#weightsStay ? this.#tile.activation(t, input) : this.#tile.weight(input, t);
    return { fold, t, value };
  }

  /** What moves into the parking register of cell (i, j) from above. */
  #arriving(before: readonly (readonly Cell[])[], i: number, j: number): Resident | null {
    if (i > 0) {
      const { parked } = before[i - 1]![j]!;
      return parked !== null && parked.target >= i ? parked : null;
    }
    const entering = this.#load.at(j);
    if (entering === null) return null;
    const { fold, row } = entering;
    if (row >= fold.inputs.size || j >= fold.columns.size) return null;
    const [input, column] = [fold.inputs.from + row, fold.columns.from + j];
    const value = this.#weightsStay ? this.#tile.weight(input, column) : this.#tile.activation(column, input);
    return { value, target: row };
  }

  /** The sum that enters column j at the top: zero, or what earlier inputs came to. */
  #sumAt(j: number): number {
    const { fold, t } = this.#stream.at(j)!;
    if (j >= fold.columns.size || (fold.inputs.from === 0 && !this.#tile.accumulate)) return 0;
    const column = fold.columns.from + j;
    return this.#weightsStay
      ? this.#tile.accumulators.read(t, column)
      : this.#tile.accumulators.read(column, t);
  }

  #writeSum(t: number, column: number, value: number): void {
    if (this.#weightsStay) this.#tile.accumulators.write(t, column, value);
    else this.#tile.accumulators.write(column, t, value);
  }

  #demandsOf(machine: Machine): Demand[] {
    const sum = (of: (fold: Fold) => number): number =>
      this.#folds.reduce((total, fold) => total + of(fold), 0);
    const resident = sum(({ inputs, columns }) => inputs.size * columns.size);
    const streamed = sum(({ inputs }) => inputs.size * this.#length);
    const isFirst = ({ inputs }: Fold): boolean => inputs.from === 0 && !this.#tile.accumulate;
    return demandsOf(machine, edgeBits(this.#bits, this.#config), this.#tile, {
      weights: this.#weightsStay ? resident : streamed,
      activations: this.#weightsStay ? streamed : resident,
      sumsIn: sum((fold) => (isFirst(fold) ? 0 : fold.columns.size * this.#length)),
      sumsOut: sum(({ columns }) => columns.size * this.#length),
    });
  }

  #register(bits: number): void {
    this.tally.add('array.register.b1', bits);
  }
}
