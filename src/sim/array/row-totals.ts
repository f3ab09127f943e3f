/** Activity by tile, of any token row alike or row by row; sums over rows are differences of running totals. */
import { TritsimError } from '../../errors/error.ts';
import type { TileValues } from '../../mapping/work.ts';
import type { Phase } from '../../trace/operation.ts';
import type { ActivitySource, TileActivity } from './activity.ts';

/** Running totals of one tile: entry r is the sum over the rows before row r. */
interface Running {
  readonly cycles: number[];
  readonly operations: number[];
}

export class RowTotals implements ActivitySource {
  readonly #alike = new Map<string, readonly TileActivity[]>();
  readonly #byRow = new Map<string, readonly Running[]>();

  /**
   * The next row of a matrix, tile by tile; `phase` null where all rows are alike.
   */
  add(matrix: string, phase: Phase | null, tiles: readonly TileActivity[]): void {
    if (phase === null) {
      this.#alike.set(matrix, tiles);
      return;
    }
    const key = `${phase}/${matrix}`;
    const running = this.#byRow.get(key) ?? tiles.map(() => ({ cycles: [0], operations: [0] }));
    this.#byRow.set(key, running);
    tiles.forEach(({ cycles, operations }, tile) => {
      const sums = running[tile]!;
      sums.cycles.push(sums.cycles.at(-1)! + cycles);
      sums.operations.push(sums.operations.at(-1)! + operations);
    });
  }

  activityOf({ matrix, tile, activations }: TileValues, rows: number): TileActivity {
    const alike = this.#alike.get(matrix)?.[tile];
    if (alike !== undefined) {
      return { cycles: rows * alike.cycles, operations: rows * alike.operations };
    }
    const sums = activations && this.#byRow.get(`${activations.phase}/${matrix}`)?.[tile];
    if (!sums) {
      throw new TritsimError('SIM_NO_ACTIVITY', 'the values of this tile were not measured', {
        place: `${matrix}, tile ${tile}`,
        hint: 'This is a defect of the simulator.',
      });
    }
    const { firstRow } = activations;
    const between = (running: readonly number[]): number => running[firstRow + rows]! - running[firstRow]!;
    return { cycles: between(sums.cycles), operations: between(sums.operations) };
  }
}
