/** Question: do the toggling of our datapath and our prices agree with a ternary element simulated at gate level by others? */
import { describe, expect, it } from 'vitest';
import { actionPrice } from '../../src/energy/action.ts';
import { integerAddPrice } from '../../src/energy/integer-add.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { rowById } from '../../src/energy/table.ts';
import { elementEnergy, elementShare } from '../../src/energy/ternary-element.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { AdderTreeToggles } from '../../src/sim/array/toggles/adder-tree-toggles.ts';

const gates = await loadPrices('gate-level-45nm');
const horowitz = await loadPrices('horowitz-45nm');

/** The element's array: five weights a cycle, a row accumulator. */
const FIVE = {
  kind: 'adder-tree',
  inputs: 5,
  outputs: 1,
  dataflow: 'weight-stationary',
  accumulatorBits: 24,
  pipeline: { select: 0, tree: 0, accumulate: 1 },
} as const;
const BEATS = 4000;

/** Toggled bits of selection and tree a beat, on drawn trits and activations that both change every beat. */
function togglesAt(zeroFraction: number): { selection: number; tree: number } {
  const draw = new Pcg32(1);
  const length = BEATS * FIVE.inputs;
  const activations = Int8Array.from({ length }, () => draw.below(255) - 127);
  const weights = Int8Array.from({ length }, () =>
    draw.uniform() < zeroFraction ? 0 : draw.uniform() < 0.5 ? 1 : -1,
  );
  const column = new AdderTreeToggles(FIVE);
  const sums = new Int32Array(1);
  for (let first = 0; first < length; first += FIVE.inputs) {
    column.follow({
      activations,
      width: length,
      rows: [0, 1],
      inputs: [first, first + FIVE.inputs],
      weights,
      sums,
    });
  }
  const of = (id: string): number => column.bits.get(id)! / BEATS;
  return {
    selection: of('array.trit-select.b8'),
    tree: of('array.int-add.b9') + of('array.int-add.b10') + of('array.int-add.b11'),
  };
}

describe('the gate-level element', () => {
  it('has the published 253 fJ a weight on real rows, and its split is whole', () => {
    expect(rowById(gates, 'element.real.base3.2.0ns', '').value).toBe(0.253);
    const parts = ['tree', 'selection', 'decoder', 'flip-flops', 'accumulator'] as const;
    expect(parts.reduce((sum, part) => sum + elementShare(gates, part).amount, 0)).toBeCloseTo(1, 12);
  });

  it('lies on the line between two fractions of zeros, and is refused beyond them', () => {
    expect(elementEnergy(gates, 2.5, 0.55).amount).toBeCloseTo((0.2758 + 0.2576) / 2, 12);
    expect(() => elementEnergy(gates, 2.5, 0.75)).toThrow(/2\.5 ns, 0\.75/);
    expect(() => elementEnergy(gates, 2.2, 0.5)).toThrow(/2\.2 ns/);
  });

  it('takes less on real rows than on drawn trits of as many zeros, by less than a tenth', () => {
    const real = rowById(gates, 'element.real.base3.2.5ns', '').value;
    const ratio = real / elementEnergy(gates, 2.5, 0.4387).amount;
    expect(ratio).toBeLessThan(1);
    expect(ratio).toBeGreaterThan(0.9);
  });

  it.each([0.2, 0.3, 0.5, 0.6, 0.7])(
    'changes with the zeros as the bits that toggle in our datapath do, within 6 %%: z = %f',
    (zeroFraction) => {
      const [here, there] = [togglesAt(zeroFraction), togglesAt(0.4225)];
      const [tree, selection] = (['tree', 'selection'] as const).map(
        (part) => elementShare(gates, part).amount,
      );
      // Decoder, flip-flops and accumulator are taken to stay, although they toggle less with more zeros: ours falls less.
      const ours =
        1 -
        tree! -
        selection! +
        tree! * (here.tree / there.tree) +
        selection! * (here.selection / there.selection);
      const theirs =
        elementEnergy(gates, 2.5, zeroFraction).amount / elementEnergy(gates, 2.5, 0.4225).amount;
      expect(ours / theirs).toBeGreaterThan(0.94);
      expect(ours / theirs).toBeLessThan(1.06);
    },
  );

  it('costs as much as our own prices of its parts within a factor of two', async () => {
    const { buffers } = await loadMachine('test-tiny');
    const price = (bits: number): number => integerAddPrice(horowitz, bits).amount;
    // Five selections, a tree of four additions, one accumulation; a byte decoded for five weights.
    const additions = 2 * price(9) + price(10) + price(11) + price(24);
    const selections = 5 * actionPrice(horowitz, { type: 'trit-select', bits: 8 }, buffers).amount;
    const decode = actionPrice(horowitz, { type: 'trit-decode' }, buffers).amount;
    // Operands and the accumulator clocked: 5 × (8 + 2) + 24 bits.
    const registers = 74 * actionPrice(horowitz, { type: 'register', bits: 1 }, buffers).amount;
    const ours = (additions + selections + decode + registers) / 5;
    const theirs = elementEnergy(gates, 2.5, 0.4225).amount;
    expect(ours / theirs).toBeGreaterThan(0.5);
    expect(ours / theirs).toBeLessThan(2);
  });
});
