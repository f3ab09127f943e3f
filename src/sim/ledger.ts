/**
 * What the simulator counts: named actions, never joules. Each row says which component did it, what kind of action it
 * was and the sizes that its price depends on; `src/energy/` multiplies rows by prices.
 */
import type { BufferName, VectorOp } from '../hardware/machine.ts';

export type Component = 'array' | 'float_unit' | 'vector' | 'sram' | 'dma' | 'dram';
export const COMPONENTS: readonly Component[] = ['array', 'float_unit', 'vector', 'sram', 'dma', 'dram'];

/** `int4` of a product: an INT4 weight times an INT8 activation. */
export type NumberFormat = 'int4' | 'int8' | 'fp16' | 'bf16' | 'fp32';

export type Action =
  /** Integer addition of `bits`-wide operands. */
  | { readonly type: 'int-add'; readonly bits: number }
  /** Choosing +x, −x or 0 for one trit; `bits` is x's width. */
  | { readonly type: 'trit-select'; readonly bits: number }
  /** Decoding one byte of base-3 into five two-bit trits. */
  | { readonly type: 'trit-decode' }
  /** Decoding five bits into three two-bit trits. */
  | { readonly type: 'trit-decode-5b3' }
  /** Decoding eight presence bits and the signs behind them into eight two-bit trits. */
  | { readonly type: 'trit-decode-bitmap' }
  /** Fetching one of `entries` entries of `bits` from a table of registers. */
  | { readonly type: 'lut-read'; readonly bits: number; readonly entries: number }
  | { readonly type: 'multiply'; readonly format: NumberFormat }
  | { readonly type: 'add'; readonly format: NumberFormat }
  /** Clocking `bits` flip-flops once. */
  | { readonly type: 'register'; readonly bits: number }
  /** One access of the buffer's whole port. */
  | { readonly type: 'sram-read' | 'sram-write'; readonly buffer: BufferName }
  /** One element through one elementary operation of the vector unit. */
  | { readonly type: 'vector'; readonly op: VectorOp; readonly format: NumberFormat }
  /** One byte moved between DRAM and a buffer by a DMA engine. */
  | { readonly type: 'dma-byte' };

export interface LedgerRow {
  readonly component: Component;
  readonly action: Action;
  /** `array.int-add.b12`: component, type and the action's sizes; unique in a ledger. */
  readonly id: string;
  readonly count: number;
}

/** The stable name of an action in reports. */
export function actionId(component: Component, action: Action): string {
  let id = `${component}.${action.type}`;
  for (const [key, value] of Object.entries(action)) {
    if (key !== 'type') id += key === 'bits' ? `.b${value}` : `.${value}`;
  }
  return id;
}

/** Counts by action. Actions are registered once and then counted by a small integer. */
export class Ledger {
  readonly #index = new Map<string, number>();
  readonly #rows: { component: Component; action: Action; id: string }[] = [];
  #counts = new Float64Array(64);

  /** The integer to count `action` with. */
  register(component: Component, action: Action): number {
    const id = actionId(component, action);
    const known = this.#index.get(id);
    if (known !== undefined) return known;
    const index = this.#rows.length;
    this.#rows.push({ component, action, id });
    this.#index.set(id, index);
    if (index >= this.#counts.length) {
      const grown = new Float64Array(this.#counts.length * 2);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    return index;
  }

  add(index: number, count: number): void {
    this.#counts[index]! += count;
  }

  /** All rows that were counted, sorted by id. */
  rows(): LedgerRow[] {
    return this.#rows
      .map((row, i) => ({ ...row, count: this.#counts[i]! }))
      .filter((row) => row.count !== 0)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
}
