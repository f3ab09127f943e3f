/** Collects the commands of a step in the columns of a program. */
import { CommandTape } from './command-tape.ts';
import type { CommandSink, Program, TilePlace } from './program.ts';
import type { Work } from './work.ts';
import { WorkTable } from './work-table.ts';

export class ProgramBuilder implements CommandSink {
  readonly #tape = new CommandTape(new WorkTable());
  /** The commands of the array with their places. */
  readonly #placed: number[] = [];
  readonly #places: TilePlace[] = [];

  beginOperation(index: number): void {
    this.#tape.beginOperation(index);
  }

  get length(): number {
    return this.#tape.length;
  }

  addCompute(
    engine: 'array' | 'vector' | 'float',
    work: Work,
    after: readonly number[],
    place?: TilePlace,
  ): number {
    const index = this.#tape.addCompute(engine, work, after);
    if (place !== undefined) {
      this.#placed.push(index);
      this.#places.push(place);
    }
    return index;
  }

  addTransfer(
    engine: 'dma.weights' | 'dma.stream' | 'dma.store',
    work: Work,
    address: number,
    bytes: number,
    after: readonly number[],
  ): number {
    return this.#tape.addTransfer(engine, work, address, bytes, after);
  }

  finish(): Program {
    const { length, engine, operation, work, address, bytes, dependencyStart, dependencies, works } =
      this.#tape;
    const tile = new Int32Array(length).fill(-1);
    const firstRow = new Int32Array(length);
    this.#placed.forEach((command, i) => {
      tile[command] = this.#places[i]!.tile;
      firstRow[command] = this.#places[i]!.firstRow;
    });
    return {
      length,
      engine: engine.subarray(0, length),
      operation: operation.subarray(0, length),
      work: work.subarray(0, length),
      address: address.subarray(0, length),
      bytes: bytes.subarray(0, length),
      dependencyStart: dependencyStart.subarray(0, length + 1),
      dependencies: dependencies.subarray(0, dependencyStart[length]),
      works: works.works,
      tile,
      firstRow,
    };
  }
}
