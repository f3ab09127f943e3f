/**
 * Systolic array in which sums stay in the cells, cell by cell and register by register. Rows of cells are token rows,
 * columns outputs; inputs enter at the left, skewed by row, weights at the top, skewed by column. With the last operand of
 * a fold a cell puts its sum into a second register; when the bottom cell of a column has done so, the column's sums move
 * down and out, one a cycle.
 *
 * `serial`: a fold begins when the results of the one before are out; `overlapped`: as soon as the operands of the one before have
 * entered and its results will not meet the next ones on their way out, R cycles after it began.
 * A partial fold lies in the lower rows and left columns; the other cells pass on and count nothing.
 */
import { TritsimError } from '../../../errors/error.ts';
import type { Machine, SystolicConfig } from '../../../hardware/machine.ts';
import type { Job } from '../job.ts';
import type { Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { DelayLine, edgeBits, multiplyAdd, operandBits, type OperandBits } from './cell.ts';
import { demandsOf } from './demands.ts';
import { blocks, type Block, type Tile } from './tile.ts';

interface Fold {
  readonly rows: Block;
  readonly columns: Block;
}

/** Operand t of a fold; `value` is null in a row or column that the fold does not fill. */
interface Token {
  readonly fold: Fold;
  readonly t: number;
  readonly value: number | null;
}

/** A finished sum; `row` and `output` are null for a cell that the fold does not fill. */
interface Result {
  readonly at: { readonly row: number; readonly output: number } | null;
  readonly value: number;
  readonly moving: boolean;
}

interface Cell {
  readonly right: Token | null;
  readonly down: Token | null;
  readonly sum: number;
}

const EMPTY: Cell = { right: null, down: null, sum: 0 };

export class OutputStationaryJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  products = 0;
  readoutCycles = 0;
  readonly #config: SystolicConfig;
  readonly #tile: Tile;
  readonly #bits: OperandBits;
  readonly #folds: readonly Fold[];
  #cells: readonly (readonly Cell[])[];
  /** By row and column: the second register. */
  #results: (Result | null)[][];
  readonly #stream: DelayLine<{ fold: Fold; t: number }>;
  #begun = 0;
  #entered = 0;
  #sinceBegin = Infinity;
  #out = 0;

  constructor(machine: Machine, config: SystolicConfig, tile: Tile) {
    this.#config = config;
    this.#tile = tile;
    this.#bits = operandBits(machine, config);
    this.#folds = blocks(tile.rows, config.rows).flatMap((rows) =>
      blocks(tile.n, config.columns).map((columns) => ({ rows, columns })),
    );
    const grid = <T>(value: T): T[][] =>
      Array.from({ length: config.rows }, () => Array.from({ length: config.columns }, () => value));
    this.#cells = grid(EMPTY);
    this.#results = grid<Result | null>(null);
    this.#stream = new DelayLine(Math.max(config.rows, config.columns));
    const sum = (of: (fold: Fold) => number): number =>
      this.#folds.reduce((total, fold) => total + of(fold), 0);
    const results = sum(({ rows, columns }) => rows.size * columns.size);
    this.demands = demandsOf(machine, edgeBits(this.#bits, config), tile, {
      weights: sum(({ columns }) => columns.size * tile.k),
      activations: sum(({ rows }) => rows.size * tile.k),
      sumsIn: tile.accumulate ? results : 0,
      sumsOut: results,
    });
  }

  step(): boolean {
    this.#control();
    const moved = this.#moveResults();
    const before = this.#cells;
    this.#cells = before.map((row, i) => row.map((_, j) => this.#cell(before, i, j, moved)));
    this.#results = moved;
    if (this.#cells.every((row) => row.every(({ right }) => right === null))) this.readoutCycles++;
    return this.#out === this.#folds.length * this.#config.rows * this.#config.columns;
  }

  #control(): void {
    const { rows, columns, preload } = this.#config;
    const isFree =
      preload === 'serial'
        ? this.#out === this.#begun * rows * columns
        : this.#entered === 0 && this.#sinceBegin >= rows;
    if (this.#entered === 0 && isFree && this.#begun < this.#folds.length) {
      this.#begun++;
      this.#entered = this.#tile.k;
      this.#sinceBegin = 0;
    }
    this.#sinceBegin++;
    if (this.#entered === 0) {
      this.#stream.push(null);
      return;
    }
    this.#stream.push({ fold: this.#folds[this.#begun - 1]!, t: this.#tile.k - this.#entered });
    this.#entered--;
  }

  #cell(before: readonly (readonly Cell[])[], i: number, j: number, results: (Result | null)[][]): Cell {
    const right = j === 0 ? this.#fromLeft(i) : before[i]![j - 1]!.right;
    const down = i === 0 ? this.#fromTop(j) : before[i - 1]![j]!.down;
    if (right === null || down === null) return { ...EMPTY, sum: before[i]![j]!.sum };
    const { fold, t } = right;
    const at = this.#placeOf(fold, i, j);
    let sum = t === 0 ? this.#initial(at) : before[i]![j]!.sum;
    if (right.value !== null && down.value !== null) {
      this.products++;
      this.#register(this.#bits.activation + this.#bits.weight + this.#config.accumulatorBits);
      sum = multiplyAdd(this.#config, sum, right.value, down.value, this.tally);
    }
    if (t === this.#tile.k - 1) this.#put(results, i, j, { at, value: sum, moving: false });
    return { right, down, sum };
  }

  /** Results move down; those at the bottom leave. Returns the registers of the next cycle. */
  #moveResults(): (Result | null)[][] {
    const { rows, columns } = this.#config;
    const next = this.#results.map((row): (Result | null)[] => row.map(() => null));
    for (let j = 0; j < columns; j++) {
      const bottom = this.#results[rows - 1]![j]!;
      const begins = bottom !== null && !bottom.moving;
      for (let i = 0; i < rows; i++) {
        const result = this.#results[i]![j]!;
        if (result === null) continue;
        if (!result.moving && !begins) this.#put(next, i, j, result, false);
        else if (i < rows - 1) this.#put(next, i + 1, j, { ...result, moving: true });
        else this.#leave(result);
      }
    }
    return next;
  }

  #leave({ at, value }: Result): void {
    this.#out++;
    if (at !== null) this.#tile.accumulators.write(at.row, at.output, value);
  }

  #put(registers: (Result | null)[][], i: number, j: number, result: Result, clocked = true): void {
    if (registers[i]![j] !== null) {
      throw new TritsimError('STEPPER_COLLISION', 'two results meet in one register of the array', {
        found: `row ${i}, column ${j}`,
      });
    }
    registers[i]![j] = result;
    if (clocked && result.at !== null) this.#register(this.#config.accumulatorBits);
  }

  #placeOf(fold: Fold, i: number, j: number): Result['at'] {
    const row = i - (this.#config.rows - fold.rows.size);
    if (row < 0 || j >= fold.columns.size) return null;
    return { row: fold.rows.from + row, output: fold.columns.from + j };
  }

  #initial(at: Result['at']): number {
    return at !== null && this.#tile.accumulate ? this.#tile.accumulators.read(at.row, at.output) : 0;
  }

  #fromLeft(i: number): Token | null {
    const entering = this.#stream.at(i);
    if (entering === null) return null;
    const { fold, t } = entering;
    const at = this.#placeOf(fold, i, 0);
    return { fold, t, value: at === null ? null : this.#tile.activation(at.row, t) };
  }

  #fromTop(j: number): Token | null {
    const entering = this.#stream.at(j);
    if (entering === null) return null;
    const { fold, t } = entering;
    const value = j < fold.columns.size ? this.#tile.weight(t, fold.columns.from + j) : null;
    return { fold, t, value };
  }

  #register(bits: number): void {
    this.tally.add('array.register.b1', bits);
  }
}
