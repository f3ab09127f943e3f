/** Random small machines, devices and models for the stepper's tests. */
import * as fc from 'fast-check';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type {
  AdderTreeConfig,
  BufferConfig,
  Machine,
  SystolicConfig,
} from '../../../src/hardware/machine.ts';
import type { ModelShape } from '../../../src/model/shape.ts';
import type { DramDevice } from '../../../src/sim/dram/device.ts';
import { loadDevice } from '../../../src/sim/dram/device-file.node.ts';
import type { TinyOptions } from '../../trace/tiny.ts';

const tiny = await loadMachine('test-tiny');

const size = (max: number) => fc.integer({ min: 1, max });
const among = <const T extends readonly unknown[]>(...values: T) => fc.constantFrom<T[number]>(...values);

const buffer = (...capacities: number[]): fc.Arbitrary<BufferConfig> =>
  fc.record({
    capacityBytes: fc.constantFrom(...capacities),
    banks: among(1, 2, 4),
    portBits: among(8, 16, 64),
    ports: among('1rw', '1r1w'),
  });

/** One- and two-bank buffers of one and two ports, narrow enough to stall. */
export const buffers = fc.record({
  weights: buffer(128, 256, 1024),
  activations: buffer(256, 512, 1024, 4096),
  accumulators: buffer(256, 512, 2048),
  operands: buffer(128, 512),
});

const adderTrees: fc.Arbitrary<AdderTreeConfig> = fc.record({
  kind: fc.constant('adder-tree'),
  inputs: size(11),
  outputs: size(5),
  dataflow: among('weight-stationary', 'output-stationary'),
  accumulatorBits: among(24, 32),
  pipeline: fc.record({ select: size(2), tree: size(4), accumulate: size(2) }),
});

const systolicArrays: fc.Arbitrary<SystolicConfig> = fc.record({
  kind: among('mac-fp16', 'mac-int8', 'mac-int4'),
  rows: size(6),
  columns: size(6),
  dataflow: among('weight-stationary', 'output-stationary', 'input-stationary'),
  accumulatorBits: fc.constant(32),
  preload: among('serial', 'overlapped'),
});

type ArrayAndPacking = Pick<Machine, 'array' | 'packing'>;

const PACKINGS = { 'mac-fp16': 'fp16', 'mac-int8': 'int8', 'mac-int4': 'int4' } as const;

const ternaryPackings = among(
  { dram: 'ternary-2b', sram: 'ternary-2b' },
  { dram: 'ternary-base3', sram: 'ternary-2b' },
  { dram: 'ternary-base3', sram: 'ternary-base3' },
  { dram: 'ternary-5b3', sram: 'ternary-2b' },
  { dram: 'ternary-5b3', sram: 'ternary-5b3' },
);

/** An array with a packing that it can read. */
export const arrays: fc.Arbitrary<ArrayAndPacking> = fc.oneof(
  fc.record({ array: adderTrees, packing: ternaryPackings }),
  systolicArrays.map((array) => {
    const packing = PACKINGS[array.kind];
    return { array, packing: { dram: packing, sram: packing } };
  }),
);

const latency = fc.record({
  add: size(3),
  multiply: size(4),
  compare: size(3),
  convert: size(3),
  exponential: size(6),
  'reciprocal-root': size(6),
  divide: size(6),
});

export const vectorUnits: fc.Arbitrary<Machine['vector']> = fc.record({
  lanes: size(9),
  precision: among('fp16', 'fp32'),
  latency,
});

export const floatUnits: fc.Arbitrary<Machine['floatUnit']> = fc.record({
  multiplyAdds: size(20),
  precision: among('fp16', 'bf16', 'fp32'),
  latency: size(7),
});

/** 1 GHz, 700 MHz, 1.6 GHz, 300 MHz, 1.7 GHz: multiples of the DRAM's clock, fractions, neither. */
const clocks = among([1000, 1], [10_000, 7], [625, 1], [10_000, 3], [10_000, 17]);

/** `device` with refreshes often enough that a short run meets several, and with `ranks` ranks. */
export function oftenRefreshed(device: DramDevice, ranks = 1): DramDevice {
  const { tRFC, tRFCpb, tREFIpb, tPBR2PBR } = device.timings;
  const timings: Record<string, number> = { ...device.timings, tREFI: tRFC! + 331 };
  if (tREFIpb !== undefined) timings['tREFIpb'] = Math.max(tRFCpb!, tPBR2PBR!) + 97;
  return { ...device, timings, organisation: { ...device.organisation, ranks } };
}

const DEVICES = ['LPDDR4-3200', 'DDR4-3200', 'DDR4-2400', 'LPDDR5-6400', 'HBM2-2000', 'HBM3-6400'].map(
  (name) => oftenRefreshed(loadDevice(name)),
);

export interface RandomMachine {
  readonly machine: Machine;
  readonly device: DramDevice;
}

/** Machines of every kind that the stepper has, from one bank and queues of one entry up. */
export const machines: fc.Arbitrary<RandomMachine> = fc
  .record({
    device: fc.constantFrom(...DEVICES),
    perBank: fc.boolean(),
    arrays,
    buffers,
    clock: clocks,
    setupCycles: size(6),
    vector: vectorUnits,
    floatUnit: floatUnits,
    embedding: among('fp16', 'fp32'),
    format: among('bf16', 'fp32'),
    kvCache: among('bf16', 'fp32'),
    weightPrefetch: among('across', 'within', 'none'),
    activations: among('auto', 'auto', 'chunked', 'spilled'),
    dram: fc.record({
      channels: among(1, 1, 2),
      interleaveBytes: among(128, 256),
      mapping: among('row-rank-bankgroup-bank-column', 'row-rank-bank^row-column-bankgroup'),
    }),
    queues: fc.record({
      readQueue: among(1, 2, 8),
      writeQueue: among(1, 2, 8),
      page: among('open', 'closed'),
      rowHitCap: among(undefined, 1, 3),
      drain: among({}, { writeHigh: 1, writeLow: 0 }, { writeHigh: 0.4, writeLow: 0.1 }),
      refreshStagger: among(undefined, 'even', 'none'),
    }),
  })
  .map((random): RandomMachine => {
    const { device, clock, dram } = random;
    const banked = random.perBank && device.timings['tREFIpb'] !== undefined;
    const { drain, ...queues } = random.queues;
    const controller = { policy: banked ? 'per-bank-refresh' : 'default', ...queues, ...drain };
    const periodPs: readonly [number, number] = [clock[0], clock[1]];
    const machine: Machine = {
      ...tiny,
      ...random.arrays,
      clock: { hz: (1e12 * periodPs[1]) / periodPs[0], periodPs },
      buffers: random.buffers,
      dram: { device: device.name, ranks: device.organisation.ranks, ...dram, controller },
      dma: { setupCycles: random.setupCycles },
      vector: random.vector,
      floatUnit: random.floatUnit,
      embedding: { precision: random.embedding },
      activations: { format: random.format },
      kvCache: { precision: random.kvCache },
      overlap: { weightPrefetch: random.weightPrefetch },
      mapping: { activations: random.activations },
    };
    return { machine, device };
  });

/** Models of one layer or two, narrower and wider than the arrays, with and without remainders. */
const shapes: fc.Arbitrary<ModelShape> = fc
  .record({
    hidden: fc.integer({ min: 3, max: 21 }),
    intermediate: fc.integer({ min: 3, max: 26 }),
    layers: among(1, 1, 1, 2),
    heads: among([1, 1], [2, 1], [2, 2], [4, 2]),
    headDim: among(2, 4, 6),
    vocab: fc.integer({ min: 4, max: 20 }),
    activation: among('relu2', 'silu'),
    gated: fc.boolean(),
    tiedEmbeddings: fc.boolean(),
    subNorms: fc.boolean(),
  })
  .map(({ heads, ...rest }) => ({
    ...rest,
    heads: heads[0],
    kvHeads: heads[1],
    maxPositions: 64,
    ropeTheta: 10_000,
    rmsEps: 1e-5,
  }));

export const traces: fc.Arbitrary<TinyOptions> = fc.record({
  shape: shapes,
  prompt: size(5),
  decode: fc.integer({ min: 0, max: 2 }),
  seed: fc.nat(1e6),
});

/** What a phase without values runs: sequences side by side, the keys that they find in the cache. */
export const batches = fc.record({
  steps: size(2),
  tokensPerStep: size(3),
  batch: size(3),
  context: fc.nat(17),
});
