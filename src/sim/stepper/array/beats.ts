/**
 * The order in which an array of trees takes a tile, beat by beat: a beat is one token row × one block of inputs × one
 * block of outputs.
 */
import type { Machine } from '../../../hardware/machine.ts';
import type { Tally } from '../tally.ts';
import type { Crossings } from './demands.ts';
import { blocks, decoding, type Block, type Tile } from './tile.ts';

export interface Beat {
  readonly row: number;
  readonly k: Block;
  readonly n: Block;
  /** Whether the beat brings weights, reads partial sums from the buffer, writes them to it. */
  readonly readsWeights: boolean;
  readonly readsSums: boolean;
  readonly writesSums: boolean;
  /** Whether the sums start at zero. */
  readonly first: boolean;
}

/** Blocks of outputs, of inputs, rows: each block of weights is read once, partial sums go through the buffer. */
export function weightStationaryBeats(tile: Tile, inputs: number, outputs: number): Beat[] {
  return blocks(tile.n, outputs).flatMap((n) =>
    blocks(tile.k, inputs).flatMap((k) =>
      Array.from({ length: tile.rows }, (_, row): Beat => {
        const first = k.from === 0 && !tile.accumulate;
        return { row, k, n, readsWeights: row === 0, readsSums: !first, writesSums: true, first };
      }),
    ),
  );
}

/** Rows, blocks of outputs, of inputs: sums stay until a row's inputs are through, weights are read for every row. */
export function outputStationaryBeats(tile: Tile, inputs: number, outputs: number): Beat[] {
  return Array.from({ length: tile.rows }, (_, row) => row).flatMap((row) =>
    blocks(tile.n, outputs).flatMap((n) => inputsInTurn(tile, row, n, inputs)),
  );
}

/** The beats of one row and one block of outputs, one block of inputs after the other. */
export function inputsInTurn(tile: Tile, row: number, n: Block, inputs: number): Beat[] {
  return blocks(tile.k, inputs).map((k): Beat => {
    const start = k.from === 0;
    return {
      row,
      k,
      n,
      readsWeights: true,
      readsSums: start && tile.accumulate,
      writesSums: k.from + k.size === tile.k,
      first: start && !tile.accumulate,
    };
  });
}

/** What beats take from the buffers and give back. */
export function crossingsOf(beats: readonly Beat[]): Crossings {
  const sum = (of: (beat: Beat) => number): number => beats.reduce((total, beat) => total + of(beat), 0);
  return {
    weights: sum(({ readsWeights, k, n }) => (readsWeights ? k.size * n.size : 0)),
    activations: sum(({ k }) => k.size),
    sumsIn: sum(({ readsSums, n }) => (readsSums ? n.size : 0)),
    sumsOut: sum(({ writesSums, n }) => (writesSums ? n.size : 0)),
  };
}

/** Width of a trit's code, bits. */
const TRIT_BITS = 2;

/**
 * The trits of some inputs and `outputs` outputs come into the array's registers. A group of packed trits is decoded
 * where its first trit is taken.
 */
export function takeTrits({ packing }: Machine, k: Block, outputs: number, tally: Tally): void {
  tally.add('array.register.b1', TRIT_BITS * k.size * outputs);
  const group = decoding(packing.sram);
  if (group === null) return;
  const begun = Math.ceil((k.from + k.size) / group.weights) - Math.ceil(k.from / group.weights);
  tally.add(`array.${group.action}`, begun * outputs);
}
