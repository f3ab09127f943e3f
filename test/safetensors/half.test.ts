// Question: are the half-width floats what IEEE 754 says, for every one of their 65536 patterns?
import { describe, expect, it } from 'vitest';
import { bf16ToFloat32, f16ToFloat32, float32ToBf16, float32ToF16 } from '../../src/safetensors/half.ts';

const EVERY_PATTERN = Uint16Array.from({ length: 65536 }, (_, i) => i);
const bits = (x: number): number => new Uint32Array(Float32Array.of(x).buffer)[0]!;

describe.each([
  { name: 'BF16', widen: bf16ToFloat32, narrow: float32ToBf16, infinity: 0x7f80 },
  { name: 'F16', widen: f16ToFloat32, narrow: float32ToF16, infinity: 0x7c00 },
])('$name', ({ widen, narrow, infinity }) => {
  const wide = widen(EVERY_PATTERN);

  it('survives widening and narrowing for every pattern, NaN as some NaN', () => {
    const back = narrow(wide);
    for (let p = 0; p < 65536; p++) {
      if (Number.isNaN(wide[p]!)) {
        expect(p & 0x7fff).toBeGreaterThan(infinity);
        expect(back[p]! & 0x7fff).toBeGreaterThan(infinity);
      } else if (back[p] !== p) expect.fail(`${p} came back as ${back[p]}`);
    }
  });

  it('rounds halfway cases to the even neighbour and all others to the nearer', () => {
    for (let p = 0; p < infinity - 1; p++) {
      const [low, high] = [wide[p]!, wide[p + 1]!];
      const middle = low / 2 + high / 2;
      const quarter = low + (high - low) / 4;
      const even = p % 2 === 0 ? p : p + 1;
      const rounded = narrow(Float32Array.of(middle, quarter, -middle));
      if (rounded[0] !== even || rounded[1] !== p || rounded[2] !== (even | 0x8000)) {
        expect.fail(`between ${low} and ${high}: ${[...rounded].join(', ')}`);
      }
    }
  });
});

describe('the two formats', () => {
  it('have the values that their definitions give', () => {
    expect(bits(bf16ToFloat32(Uint16Array.of(0x3f80))[0]!)).toBe(0x3f800000);
    const f16 = f16ToFloat32(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0x8000));
    expect([...f16]).toEqual([1, -2, 65504, 2 ** -24, 2 ** -14, Infinity, -0]);
  });

  it('overflow to infinity exactly from halfway to the next power of two', () => {
    const narrow = float32ToF16(Float32Array.of(65519.996, 65520, 1e6, -Infinity));
    expect([...narrow]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
  });
});
