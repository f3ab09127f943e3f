/** Question: are the toggled bits of an array those that a plain comparison of bit strings finds, column by column? */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { AdderTreeConfig, SystolicConfig } from '../../../src/hardware/machine.ts';
import { AdderTreeToggles } from '../../../src/sim/array/toggles/adder-tree-toggles.ts';
import { halfOfInt8, ones } from '../../../src/sim/array/toggles/bits.ts';
import { SystolicToggles } from '../../../src/sim/array/toggles/systolic-toggles.ts';
import { measureToggles, type ColumnToggles } from '../../../src/sim/array/toggles/toggles.ts';
import { tinyTrace } from '../../trace/tiny.ts';

const INPUTS = 4;
const TREE: AdderTreeConfig = {
  kind: 'adder-tree',
  inputs: INPUTS,
  outputs: 1,
  dataflow: 'weight-stationary',
  accumulatorBits: 24,
  pipeline: { select: 1, tree: 1, accumulate: 1 },
};
const CELLS: SystolicConfig = {
  kind: 'mac-int8',
  rows: INPUTS,
  columns: 1,
  dataflow: 'weight-stationary',
  accumulatorBits: 32,
  preload: 'overlapped',
};

interface Problem {
  readonly rows: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** Bits of `value` in two's complement, as text. */
function text(value: number, width: number): string {
  return (BigInt(value) & ((1n << BigInt(width)) - 1n)).toString(2).padStart(width, '0');
}

/** Wires by name: what they held, and how many of their bits changed. */
class Wires {
  readonly #held = new Map<string, string>();
  readonly changed = new Map<string, number>();

  set(kind: string, name: string, bits: string): void {
    const before = this.#held.get(`${kind} ${name}`) ?? '0'.repeat(bits.length);
    const count = [...bits].filter((bit, i) => bit !== before[i]).length;
    this.changed.set(kind, (this.changed.get(kind) ?? 0) + count);
    this.#held.set(`${kind} ${name}`, bits);
  }
}

function blocks(length: number): number[] {
  return Array.from({ length: Math.ceil(length / INPUTS) }, (_, i) => i * INPUTS);
}

/** The column drawn out: every wire by name, every beat in order. */
function treeByHand({ rows, weights }: Problem): Map<string, number> {
  const wires = new Wires();
  const sums = rows.map(() => 0);
  for (const first of blocks(weights.length)) {
    const size = Math.min(INPUTS, weights.length - first);
    for (let i = 0; i < size; i++) wires.set('w', `${i}`, text(weights[first + i]! + 1, 2));
    rows.forEach((row, r) => {
      let level = Array.from({ length: size }, (_, i) => row[first + i]! * weights[first + i]!);
      level.forEach((value, i) => wires.set('select', `${i}`, text(value, 8)));
      for (let i = 0; i < size; i++) wires.set('x', `${i}`, text(row[first + i]!, 8));
      for (let depth = 1; depth <= 2; depth++) {
        const next: number[] = [];
        for (let i = 0; i < level.length; i += 2) {
          const paired = i + 1 < level.length;
          const value = paired ? level[i]! + level[i + 1]! : level[i]!;
          if (paired) wires.set(`add${depth}`, `${i}`, text(value, 8 + depth));
          wires.set(`node${depth}`, `${i}`, text(value, 8 + depth));
          next.push(value);
        }
        level = next;
      }
      sums[r]! += level[0]!;
      wires.set('acc', '', text(sums[r]!, 24));
    });
  }
  const of = (kind: string): number => wires.changed.get(kind) ?? 0;
  return new Map([
    ['array.trit-select.b8', of('select')],
    ['array.int-add.b9', of('add1')],
    ['array.int-add.b10', of('add2')],
    ['array.int-add.b24', of('acc')],
    ['array.register.b1', of('x') + of('w') + of('select') + of('node2') + of('acc')],
  ]);
}

function follow(column: ColumnToggles, { rows, weights }: Problem): ReadonlyMap<string, number> {
  const sums = new Int32Array(rows.length);
  for (const first of blocks(weights.length)) {
    column.follow({
      activations: Int8Array.from(rows.flat()),
      width: weights.length,
      rows: [0, rows.length],
      inputs: [first, Math.min(first + INPUTS, weights.length)],
      weights: Int8Array.from(weights),
      sums,
    });
  }
  return column.bits;
}

/** A number between −127 and 127 that looks random. */
function random(seed: number): number {
  return (Math.imul(seed * 2654435761, 40503) >> 8) % 128;
}

/** Value of an FP16 bit pattern; none is denormal. */
function valueOfHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const magnitude = exponent === 0 ? 0 : (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

const int8 = fc.integer({ min: -128, max: 127 });
const problem = fc.integer({ min: 1, max: 11 }).chain((k) =>
  fc.record({
    rows: fc.array(fc.array(int8, { minLength: k, maxLength: k }), { minLength: 1, maxLength: 5 }),
    weights: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: k, maxLength: k }),
  }),
);

describe('a column of an adder tree', () => {
  it('toggles as its wires do, drawn out by name, whatever the block is left with', () => {
    fc.assert(
      fc.property(problem, (each) => {
        expect(new Map(follow(new AdderTreeToggles(TREE), each))).toEqual(treeByHand(each));
      }),
      { numRuns: 200 },
    );
  });

  it('selects and adds nothing new on rows that repeat', () => {
    const rows = [
      [1, -2, 3, 4],
      [1, -2, 3, 4],
    ];
    const once = follow(new AdderTreeToggles(TREE), { rows: rows.slice(0, 1), weights: [1, -1, 0, 1] });
    const twice = follow(new AdderTreeToggles(TREE), { rows, weights: [1, -1, 0, 1] });
    expect(twice).toEqual(once);
  });

  it('toggles less where more trits are zero, whatever the activations', () => {
    const rows = Array.from({ length: 64 }, (_, r) =>
      Array.from({ length: 4 }, (__, i) => random(4 * r + i + 1)),
    );
    const selected = (weights: number[]): number =>
      follow(new AdderTreeToggles(TREE), { rows, weights }).get('array.trit-select.b8')!;
    const byZeros = [
      [1, -1, 1, -1],
      [1, -1, 1, 0],
      [1, -1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ].map(selected);
    expect(byZeros).toEqual(byZeros.toSorted((a, b) => b - a));
    expect(byZeros.at(-1)).toBe(0);
  });
});

describe('a column of a systolic array', () => {
  it('toggles its sums and activations as their bit strings do', () => {
    fc.assert(
      fc.property(problem, (each) => {
        const wires = new Wires();
        const sums = each.rows.map(() => 0);
        let shifted = 0;
        for (const first of blocks(each.weights.length)) {
          const size = Math.min(INPUTS, each.weights.length - first);
          for (let i = 1; i <= size; i++) shifted += (8 * i) / 2;
          each.rows.forEach((row, r) => {
            for (let i = 0; i < size; i++) {
              sums[r]! += row[first + i]! * each.weights[first + i]!;
              wires.set('sum', `${i}`, text(sums[r]!, 32));
              wires.set('x', `${i}`, text(row[first + i]!, 8));
            }
          });
        }
        const [ofSums, ofX] = ['sum', 'x'].map((kind) => wires.changed.get(kind) ?? 0);
        expect(new Map(follow(new SystolicToggles(CELLS), each))).toEqual(
          new Map([
            ['array.int-add.b32', ofSums],
            ['array.register.b1', ofSums! + ofX! + shifted],
          ]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('of FP16 adds FP32 numbers: from 0 to 1 eight bits change, from 1 to −1 one', () => {
    const cells = { ...CELLS, kind: 'mac-fp16' } as const;
    const toggles = (rows: number[][]) =>
      follow(new SystolicToggles(cells), { rows, weights: [1] }).get('array.add.fp32');
    // 1.0 is 0x3f800000: seven ones.
    expect(toggles([[1]])).toBe(7);
    expect(toggles([[1], [-1]])).toBe(8);
  });
});

describe('bits', () => {
  it('are counted as ones of the binary text, for any word', () => {
    fc.assert(fc.property(fc.integer(), (x) => ones(x) === text(x, 32).replaceAll('0', '').length));
  });

  it('of a small whole number in FP16 are those of its value', () => {
    for (let x = -128; x < 128; x++) expect(valueOfHalf(halfOfInt8(x))).toBe(x);
  });
});

describe('following a trace', () => {
  it('gives nearly the same from one column as from all', async () => {
    const trace = await tinyTrace();
    const machine = await loadMachine('test-tiny');
    const one = await measureToggles(trace, machine, 1);
    const all = await measureToggles(trace, machine, 1e12);
    expect(one.columns).toEqual({ followed: 1, of: 4 });
    expect(all.columns).toEqual({ followed: 4, of: 4 });
    for (const [phase, bits] of all.phases) {
      for (const [id, count] of bits) {
        const ratio = one.phases.get(phase)!.get(id)! / count;
        expect(ratio, `${phase} ${id}`).toBeGreaterThan(0.8);
        expect(ratio, `${phase} ${id}`).toBeLessThan(1.25);
      }
    }
  });

  it('is refused for a trace without values and for an array that is not followed', async () => {
    const trace = await tinyTrace();
    const machine = await loadMachine('test-tiny');
    const synthesized = { ...trace, manifest: { ...trace.manifest, origin: 'synthesized' as const } };
    await expect(measureToggles(synthesized, machine)).rejects.toThrow(/--activity average/);
    const other = await loadMachine('test-tiny-zero-skip');
    await expect(measureToggles(trace, other)).rejects.toThrow(/zero-skip.*adder-tree/s);
  });
});
