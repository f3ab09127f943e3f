/**
 * A step as commands for six in-order engines. A command starts when it is the first of its engine that has not started
 * and every command it depends on has finished; dependencies always point backwards, so a program cannot deadlock.
 * Buffer slots are dependencies too: the load that refills a slot depends on the command that read it last.
 */
import type { Work } from './work.ts';

export const ENGINES = ['dma.weights', 'dma.stream', 'dma.store', 'array', 'vector', 'float'] as const;
export type Engine = (typeof ENGINES)[number];
/** The first three engines move bytes; the others compute. */
export const DMA_ENGINES = 3;

/** Columns by command. Transfers have an address and DRAM bytes; computing commands have zero bytes. */
export interface Program {
  readonly length: number;
  /** Index into ENGINES. */
  readonly engine: Uint8Array;
  /** Index into the trace's operations. */
  readonly operation: Int32Array;
  /** Index into `works`. */
  readonly work: Int32Array;
  readonly address: Float64Array;
  readonly bytes: Float64Array;
  /** Command c depends on `dependencies[dependencyStart[c] … dependencyStart[c + 1] − 1]`. */
  readonly dependencyStart: Int32Array;
  readonly dependencies: Int32Array;
  readonly works: readonly Work[];
  /** By command of the array: index of its tile, and the row of the phase that its first row is; −1 and 0 of others. */
  readonly tile: Int32Array;
  readonly firstRow: Int32Array;
}

/** Which tile of a projection an array command is for, and from which row of the phase on. */
export interface TilePlace {
  readonly tile: number;
  readonly firstRow: number;
}

/** Takes the commands of a step in program order; `add*` return the command's index for later dependencies. */
export interface CommandSink {
  /** Commands that follow belong to the operation with this index. */
  beginOperation(index: number): void;
  /** `after`: commands to wait for; negative ones stand for none. `place`: of an array command. */
  addCompute(
    engine: 'array' | 'vector' | 'float',
    work: Work,
    after: readonly number[],
    place?: TilePlace,
  ): number;
  addTransfer(
    engine: 'dma.weights' | 'dma.stream' | 'dma.store',
    work: Work,
    address: number,
    bytes: number,
    after: readonly number[],
  ): number;
}

const NO_TILE: TilePlace = { tile: -1, firstRow: 0 };

/** Collects commands in columns. */
export class ProgramBuilder implements CommandSink {
  #length = 0;
  #engine = new Uint8Array(1024);
  #operation = new Int32Array(1024);
  #work = new Int32Array(1024);
  #address = new Float64Array(1024);
  #bytes = new Float64Array(1024);
  #dependencyStart = new Int32Array(1025);
  #tile = new Int32Array(1024);
  #firstRow = new Int32Array(1024);
  readonly #dependencies: number[] = [];
  readonly #works: Work[] = [];
  readonly #workIndex = new Map<string, number>();
  #currentOperation = -1;

  beginOperation(index: number): void {
    this.#currentOperation = index;
  }

  get length(): number {
    return this.#length;
  }

  addCompute(
    engine: 'array' | 'vector' | 'float',
    work: Work,
    after: readonly number[],
    place: TilePlace = NO_TILE,
  ): number {
    const index = this.#add(engine, work, 0, 0, after);
    this.#tile[index] = place.tile;
    this.#firstRow[index] = place.firstRow;
    return index;
  }

  addTransfer(
    engine: 'dma.weights' | 'dma.stream' | 'dma.store',
    work: Work,
    address: number,
    bytes: number,
    after: readonly number[],
  ): number {
    const index = this.#add(engine, work, address, bytes, after);
    this.#tile[index] = NO_TILE.tile;
    return index;
  }

  finish(): Program {
    const n = this.#length;
    return {
      length: n,
      engine: this.#engine.slice(0, n),
      operation: this.#operation.slice(0, n),
      work: this.#work.slice(0, n),
      address: this.#address.slice(0, n),
      bytes: this.#bytes.slice(0, n),
      dependencyStart: this.#dependencyStart.slice(0, n + 1),
      dependencies: Int32Array.from(this.#dependencies),
      works: this.#works,
      tile: this.#tile.slice(0, n),
      firstRow: this.#firstRow.slice(0, n),
    };
  }

  #add(engine: Engine, work: Work, address: number, bytes: number, after: readonly number[]): number {
    const index = this.#length++;
    if (index >= this.#engine.length) this.#grow();
    this.#engine[index] = ENGINES.indexOf(engine);
    this.#operation[index] = this.#currentOperation;
    this.#work[index] = this.#intern(work);
    this.#address[index] = address;
    this.#bytes[index] = bytes;
    for (const dependency of after) {
      if (dependency >= 0) this.#dependencies.push(dependency);
    }
    this.#dependencyStart[index + 1] = this.#dependencies.length;
    return index;
  }

  #intern(work: Work): number {
    const key = JSON.stringify(work);
    const known = this.#workIndex.get(key);
    if (known !== undefined) return known;
    this.#works.push(work);
    this.#workIndex.set(key, this.#works.length - 1);
    return this.#works.length - 1;
  }

  #grow(): void {
    const size = this.#engine.length * 2;
    this.#engine = grow(this.#engine, new Uint8Array(size));
    this.#operation = grow(this.#operation, new Int32Array(size));
    this.#work = grow(this.#work, new Int32Array(size));
    this.#address = grow(this.#address, new Float64Array(size));
    this.#bytes = grow(this.#bytes, new Float64Array(size));
    this.#dependencyStart = grow(this.#dependencyStart, new Int32Array(size + 1));
    this.#tile = grow(this.#tile, new Int32Array(size));
    this.#firstRow = grow(this.#firstRow, new Int32Array(size));
  }
}

function grow<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
