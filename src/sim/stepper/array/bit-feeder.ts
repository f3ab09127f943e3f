/**
 * The shift registers of a bit-serial array: they hold the activations of one beat and give a bit of each a cycle, lowest
 * first. With `significant` the beat ends with the highest bit that one of its activations needs as a two's complement
 * number, else with the eighth; the next beat follows in the cycle after.
 *
 * Actions: register (operands that enter, shift registers), decoding of trits.
 */
import type { BitSerialConfig, Machine } from '../../../hardware/machine.ts';
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import { takeTrits, type Beat } from './beats.ts';
import type { Tile } from './tile.ts';

/** Width of an activation, bits. */
const ACTIVATION_BITS = 8;

/** One bit of every activation of a beat. */
export interface BitSlice {
  readonly beat: Beat;
  /** 0 is the lowest. */
  readonly bit: number;
  /** The last one of the beat, which carries the sign. */
  readonly last: boolean;
  readonly bits: readonly number[];
}

export class BitFeeder implements Component {
  readonly #machine: Machine;
  readonly #config: BitSerialConfig;
  readonly #tile: Tile;
  readonly #beats: readonly Beat[];
  readonly #tally: Tally;
  #beat = 0;
  #bit = 0;
  #held: readonly number[];

  constructor(machine: Machine, config: BitSerialConfig, tile: Tile, beats: readonly Beat[], tally: Tally) {
    this.#machine = machine;
    this.#config = config;
    this.#tile = tile;
    this.#beats = beats;
    this.#tally = tally;
    this.#held = this.#activations(0);
  }

  /** Visible: what goes to the trees in this cycle. */
  get slice(): BitSlice | null {
    const beat = this.#beats[this.#beat];
    if (beat === undefined) return null;
    const bits = this.#held.map((value) => value & 1);
    return { beat, bit: this.#bit, last: this.#isLast(), bits };
  }

  evaluate(): void {
    const beat = this.#beats[this.#beat];
    if (beat === undefined) return;
    if (this.#bit === 0) {
      this.#register(ACTIVATION_BITS * beat.k.size);
      if (beat.readsWeights) takeTrits(this.#machine, beat.k, beat.n.size, this.#tally);
    }
    this.#register(ACTIVATION_BITS * beat.k.size);
  }

  commit(): void {
    if (this.#beat === this.#beats.length) return;
    if (this.#isLast()) {
      this.#beat++;
      this.#bit = 0;
      this.#held = this.#activations(this.#beat);
      return;
    }
    this.#bit++;
    this.#held = this.#held.map((value) => value >> 1);
  }

  /** Whether nothing but copies of the sign is left above the lowest bit of every shift register. */
  #isLast(): boolean {
    if (this.#config.bits === 'all') return this.#bit === ACTIVATION_BITS - 1;
    return this.#held.every((value) => value === 0 || value === -1);
  }

  #activations(index: number): number[] {
    const beat = this.#beats[index];
    if (beat === undefined) return [];
    const { row, k } = beat;
    return Array.from({ length: k.size }, (_, i) => this.#tile.activation(row, k.from + i));
  }

  #register(bits: number): void {
    this.#tally.add('array.register.b1', bits);
  }
}
