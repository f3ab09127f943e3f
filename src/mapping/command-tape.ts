/**
 * Commands in columns as they are lowered, in program order, to be gone over as often as one likes. A tape may begin in the middle
 * of a program: `base` commands came before its first. Indices into columns count from the tape's first command, dependencies from
 * the program's. Units: bytes.
 */
import { ENGINES, type CommandSink, type Engine } from './program.ts';
import type { Work } from './work.ts';
import type { WorkTable } from './work-table.ts';

const FEWEST = 256;
const ENGINE = Object.fromEntries(ENGINES.map((name, i) => [name, i])) as Readonly<Record<Engine, number>>;

export class CommandTape implements CommandSink {
  readonly works: WorkTable;
  base: number;
  length = 0;
  /** Index into ENGINES. */
  engine = new Uint8Array(FEWEST);
  /** Index into the trace's operations. */
  operation = new Int32Array(FEWEST);
  /** Index into `works`. */
  work = new Int32Array(FEWEST);
  /** Of transfers; zero of computing commands. */
  address = new Float64Array(FEWEST);
  bytes = new Float64Array(FEWEST);
  /** Command c waits for `dependencies[dependencyStart[c] … dependencyStart[c + 1] − 1]`. */
  dependencyStart = new Int32Array(FEWEST + 1);
  dependencies = new Int32Array(2 * FEWEST);
  /** That of the commands to come. */
  currentOperation = -1;

  constructor(works: WorkTable, base = 0) {
    this.works = works;
    this.base = base;
  }

  beginOperation(index: number): void {
    this.currentOperation = index;
  }

  addCompute(engine: 'array' | 'vector' | 'float', work: Work, after: readonly number[]): number {
    return this.#add(engine, work, 0, 0, after);
  }

  addTransfer(
    engine: 'dma.weights' | 'dma.stream' | 'dma.store',
    work: Work,
    address: number,
    bytes: number,
    after: readonly number[],
  ): number {
    return this.#add(engine, work, address, bytes, after);
  }

  /** Forgets the commands; those that follow go on with the program. */
  clear(): void {
    this.base += this.length;
    this.length = 0;
  }

  /** Takes the commands from `at` on away, to a tape of their own; no more are added to either. */
  split(at: number): CommandTape {
    const rest = new CommandTape(this.works, this.base + at);
    rest.currentOperation = this.currentOperation;
    rest.#copy(this, at, this.length);
    this.#copy(this, 0, at);
    return rest;
  }

  /** The columns of `from`, cut to some of its commands. */
  #copy(from: CommandTape, first: number, end: number): void {
    const [start, stop] = [from.dependencyStart[first]!, from.dependencyStart[end]!];
    this.engine = from.engine.slice(first, end);
    this.operation = from.operation.slice(first, end);
    this.work = from.work.slice(first, end);
    this.address = from.address.slice(first, end);
    this.bytes = from.bytes.slice(first, end);
    this.dependencyStart = from.dependencyStart.slice(first, end + 1).map((at) => at - start);
    this.dependencies = from.dependencies.slice(start, stop);
    this.length = end - first;
  }

  #add(engine: Engine, work: Work, address: number, bytes: number, after: readonly number[]): number {
    const index = this.length++;
    if (index >= this.engine.length) this.#grow();
    this.engine[index] = ENGINE[engine];
    this.operation[index] = this.currentOperation;
    this.work[index] = this.works.indexOf(work);
    this.address[index] = address;
    this.bytes[index] = bytes;
    let end = this.dependencyStart[index]!;
    if (end + after.length > this.dependencies.length) {
      this.dependencies = grow(this.dependencies, new Int32Array(2 * (end + after.length)));
    }
    for (let i = 0; i < after.length; i++) {
      if (after[i]! >= 0) this.dependencies[end++] = after[i]!;
    }
    this.dependencyStart[index + 1] = end;
    return this.base + index;
  }

  #grow(): void {
    const size = this.engine.length * 2;
    this.engine = grow(this.engine, new Uint8Array(size));
    this.operation = grow(this.operation, new Int32Array(size));
    this.work = grow(this.work, new Int32Array(size));
    this.address = grow(this.address, new Float64Array(size));
    this.bytes = grow(this.bytes, new Float64Array(size));
    this.dependencyStart = grow(this.dependencyStart, new Int32Array(size + 1));
  }
}

function grow<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
