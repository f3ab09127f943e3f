/** Random small arrays of the kinds that values drive or that keep tables, with packings that they can read. */
import * as fc from 'fast-check';
import type {
  BitSerialConfig,
  LutConfig,
  Machine,
  Packing,
  BufferPacking,
  ZeroSkipConfig,
} from '../../../src/hardware/machine.ts';

const size = (max: number) => fc.integer({ min: 1, max });

const zeroSkips: fc.Arbitrary<ZeroSkipConfig> = fc.record({
  kind: fc.constant('zero-skip'),
  lanes: size(5),
  outputs: size(4),
  window: size(5),
  queue: size(5),
  skips: fc.constantFrom('weights', 'weights-and-activations'),
  laneBits: fc.constantFrom(16, 20, 24),
  accumulatorBits: fc.constantFrom(24, 32),
  pipeline: fc.record({ tree: size(4), accumulate: size(2) }),
});

const luts: fc.Arbitrary<LutConfig> = fc.record({
  kind: fc.constant('lut'),
  groups: size(4),
  groupSize: size(4),
  outputs: size(5),
  writes: size(10),
  tables: fc.constantFrom('single', 'double'),
  accumulatorBits: fc.constantFrom(24, 32),
  pipeline: fc.record({ fetch: size(2), tree: size(4), accumulate: size(2) }),
});

const bitSerials: fc.Arbitrary<BitSerialConfig> = fc.record({
  kind: fc.constant('bit-serial'),
  inputs: size(11),
  outputs: size(5),
  dataflow: fc.constantFrom('weight-stationary', 'output-stationary'),
  bits: fc.constantFrom('all', 'significant'),
  accumulatorBits: fc.constantFrom(24, 32),
  pipeline: fc.record({ select: size(2), tree: size(4), accumulate: size(2) }),
});

const packing = (dram: Packing, sram: BufferPacking) => ({ dram, sram });
const packings = fc.constantFrom(
  packing('ternary-2b', 'ternary-2b'),
  packing('ternary-base3', 'ternary-2b'),
  packing('ternary-base3', 'ternary-base3'),
  packing('ternary-5b3', 'ternary-2b'),
  packing('ternary-5b3', 'ternary-5b3'),
  packing('bitmap-sign', 'ternary-2b'),
);

const valueArrays = { 'zero-skip': zeroSkips, lut: luts, 'bit-serial': bitSerials } as const;

export type ValueKind = keyof typeof valueArrays;

export const VALUE_KINDS: readonly ValueKind[] = ['zero-skip', 'lut', 'bit-serial'];

/** An array of a kind with a packing that it can read. */
export function arraysOf(kind: ValueKind): fc.Arbitrary<Pick<Machine, 'array' | 'packing'>> {
  return fc.record({ array: valueArrays[kind], packing: packings });
}
