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
