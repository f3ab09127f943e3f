/**
 * Do the multiply-adds whose transistors are counted beside the ternary lane compute what they should? INT8: all products.
 * FP16: what IEEE 754 asks for; the other side is JavaScript: a product of two FP16 numbers is exact in FP32, and the double sum of two FP32 numbers
 * rounds to FP32 as their exact sum does (53 ≥ 2·24 + 2 bits; Figueroa, "When is double rounding innocuous?", 1995).
 */
import { describe, expect, test } from 'vitest';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { f16ToFloat32, float32ToF16 } from '../../src/safetensors/half.ts';
import { runBench, toolFound } from './icarus.ts';

/** a × b + c. */
type Case = readonly [a: number, b: number, c: number];

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);
const bitsOf = (value: number): number => {
  asFloat[0] = value;
  return asBits[0]!;
};
const half = (bits: number): number => f16ToFloat32(Uint16Array.of(bits))[0]!;

/** Results as FP32 bits, of the Verilog and of JavaScript; a zero's sign is left out of both. */
function bothSides(cases: readonly Case[]): { verilog: number[]; javascript: number[] } {
  const lines = cases.map(([a, b, c]) =>
    [...float32ToF16(Float32Array.of(a, b)), bitsOf(c)].map((bits) => bits.toString(16)).join(' '),
  );
  const printed = runBench('fp16_bench', {}, [cases.length.toString(16), ...lines].join('\n'));
  return {
    verilog: printed.map((line) => Number.parseInt(line, 16)).map((bits) => (bits === 2 ** 31 ? 0 : bits)),
    javascript: cases.map(([a, b, c]) => bitsOf(Math.fround(c + a * b) + 0)),
  };
}

/** A normal FP16 number of any sign, exponent and fraction. */
const normalHalf = (chance: Pcg32): number =>
  half((chance.below(2) << 15) | ((1 + chance.below(30)) << 10) | chance.below(1024));

/** An FP32 number within 2^±30 of a product's magnitude. */
function nearby(chance: Pcg32, product: number): number {
  const sign = chance.below(2) * 2 - 1;
  return Math.fround(product * sign * (1 + chance.uniform()) * 2 ** (chance.below(61) - 30));
}

describe.skipIf(!toolFound('iverilog'))('the FP16 multiply-add in Verilog', () => {
  test('random normal numbers, sums within and beyond the reach of the smaller operand', () => {
    const chance = new Pcg32(1);
    const cases = Array.from({ length: 10_000 }, (): Case => {
      const [a, b] = [normalHalf(chance), normalHalf(chance)];
      return [a, b, nearby(chance, a * b)];
    });
    const { verilog, javascript } = bothSides(cases);
    expect(verilog).toEqual(javascript);
  });

  test('sums that cancel, to the last bit or altogether', () => {
    const chance = new Pcg32(2);
    const cases = Array.from({ length: 5000 }, (): Case => {
      const [a, b] = [normalHalf(chance), normalHalf(chance)];
      return [a, b, -Math.fround(a * b * (1 + (chance.below(9) - 4) * 2 ** -(chance.below(22) + 2)))];
    });
    const { verilog, javascript } = bothSides(cases);
    expect(verilog).toEqual(javascript);
  });

  test('every int8 activation times every trit, added to whole numbers, as the simulator’s datapath has it', () => {
    const chance = new Pcg32(3);
    const cases = Array.from({ length: 256 * 3 }, (_, i): Case => [
      (i % 256) - 128,
      Math.floor(i / 256) - 1,
      chance.below(2 ** 21) - 2 ** 20,
    ]);
    const { verilog, javascript } = bothSides(cases);
    expect(verilog).toEqual(javascript);
    expect(cases.map(([a, b, c]) => bitsOf(a * b + c + 0))).toEqual(javascript);
  });
});

describe.skipIf(!toolFound('iverilog'))('the INT8 multiplier in Verilog', () => {
  test('all 65536 products are right', () => {
    expect(runBench('int8_bench', {}, '')).toEqual(['65536']);
  });
});
