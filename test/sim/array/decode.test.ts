/** Does every array report on a single token row what its geometry allows, and no more? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type {
  BitSerialConfig,
  LutConfig,
  Machine,
  SystolicConfig,
  SystolicDataflow,
  ZeroSkipConfig,
} from '../../../src/hardware/machine.ts';
import { arrayLanes } from '../../../src/mapping/array-shape.ts';
import { loadMachineDevice } from '../../../src/sim/dram/device-file.node.ts';
import { idealProduct, simulateProduct } from '../../../src/sim/product.ts';

const WIDE = { m: 1, k: 2560, n: 2560, zeroFraction: 0.42 };
const shipped = await Promise.all(
  [
    'edge-ternary',
    'edge-zero-skip',
    'edge-lut',
    'edge-bit-serial',
    'edge-int4',
    'edge-int8',
    'edge-fp16',
  ].map((name) => loadMachine(name)),
);
const named = (name: string): Machine => shipped.find((machine) => machine.name === name)!;

describe('utilisation of one row, memory ideal', () => {
  test('adder tree: no row is shared, so all lanes work on one; the pipeline fills and drains once', async () => {
    const { utilisation } = await idealProduct(named('edge-ternary'), WIDE);
    // 40 × 80 blocks of 64 × 32, a beat each; select 1 + tree 2 + accumulate 1.
    expect(utilisation).toBe((40 * 80) / (40 * 80 + 4 - 1));
  });

  test('adder tree: inputs and outputs one beyond a block leave most of a beat idle', async () => {
    const { utilisation } = await idealProduct(named('edge-ternary'), { m: 1, k: 65, n: 33 });
    expect(utilisation).toBe((65 * 33) / (2048 * (2 * 2 + 4 - 1)));
  });

  test('bit-serial: eight cycles a block of 128 × 128, all eight bits being taken', async () => {
    const machine = named('edge-bit-serial');
    const { inputs, outputs } = machine.array as BitSerialConfig;
    const { utilisation } = await idealProduct(machine, WIDE);
    const beats = (WIDE.k / inputs) * (WIDE.n / outputs);
    expect(utilisation).toBe((8 * beats) / (8 * beats + 4 - 1));
  });

  test('tables: full where a tile has outputs enough to hide building, a sixth of that with one block of outputs', async () => {
    const machine = named('edge-lut');
    const { outputs } = machine.array as LutConfig;
    // 40 blocks of inputs; building takes 1 + 1 + 1 + 3 cycles, reading n ÷ 32, the pipeline 4.
    const wide = await idealProduct(machine, WIDE);
    expect(wide.utilisation).toBe((40 * 80) / (6 + 40 * 80 + 4 - 1));
    const narrow = await idealProduct(machine, { ...WIDE, n: outputs });
    expect(narrow.utilisation).toBe(40 / (6 + 39 * 6 + 1 + 4 - 1));
  });

  test('zero skip: lanes wait for the slowest, so fewer than all work; a lane adds what is not zero, no more', async () => {
    const machine = named('edge-zero-skip');
    const { utilisation, denseEquivalent } = await idealProduct(machine, WIDE);
    expect(utilisation).toBeLessThan(0.9);
    expect(utilisation / denseEquivalent).toBeCloseTo(1 - WIDE.zeroFraction, 2);
    const lockStep = { ...machine, array: { ...(machine.array as ZeroSkipConfig), queue: 1 } };
    // The slowest of 2048 lanes nearly always has a window of four trits without zeros: four cycles for four trits.
    expect((await idealProduct(lockStep, WIDE)).utilisation).toBeCloseTo(1 - WIDE.zeroFraction, 2);
  });

  const systolic = named('edge-int8');
  const { rows: R, columns: C } = systolic.array as SystolicConfig;
  const one = (dataflow: SystolicDataflow, preload: SystolicConfig['preload']) =>
    idealProduct(
      { ...systolic, array: { ...(systolic.array as SystolicConfig), dataflow, preload } },
      { m: 1, k: 2560, n: 2560 },
    );

  test('weight-stationary: a weight is loaded for one product, so an array of R rows is used one cycle in R at most', async () => {
    const overlapped = await one('weight-stationary', 'overlapped');
    expect(overlapped.utilisation).toBeLessThan(1 / R);
    expect(overlapped.utilisation).toBeGreaterThan(0.99 / R);
    // A fold alone: R to load, R + C − 1 through the array.
    expect((await one('weight-stationary', 'serial')).utilisation).toBe(1 / (2 * R + C - 1));
  });

  test('input-stationary: one column of C holds the row', async () => {
    for (const preload of ['serial', 'overlapped'] as const) {
      const { utilisation } = await one('input-stationary', preload);
      expect(utilisation).toBeLessThan(1 / C);
      expect(utilisation).toBeGreaterThan(0.9 / C);
    }
  });

  test('output-stationary: one row of R has sums', async () => {
    for (const preload of ['serial', 'overlapped'] as const) {
      const { utilisation } = await one('output-stationary', preload);
      expect(utilisation).toBeLessThan(1 / R);
      expect(utilisation).toBeGreaterThan(0.9 / R);
    }
  });
});

describe('utilisation of one row through the machine', () => {
  test.for(shipped.map((machine) => [machine.name, machine] as const))(
    '%s: at most what the DRAM brings weights for',
    async ([, machine]) => {
      const device = loadMachineDevice(machine.dram);
      const { busBits, transfersPerCycle } = device.organisation;
      const [p, q] = device.periodPs;
      const bytesPerPs = (machine.dram.channels * busBits * transfersPerCycle * q) / (8 * p);
      const result = await simulateProduct(machine, device, { m: 1, k: 1024, n: 1024, zeroFraction: 0.42 });
      const [cp, cq] = machine.clock.periodPs;
      const bytesPerCycle = (bytesPerPs * cp) / cq;
      const weightBytes = result.dramReadBytes / (1024 * 1024);
      const { utilisation } = result;
      expect(utilisation).toBeGreaterThan(0);
      expect(utilisation).toBeLessThan(bytesPerCycle / weightBytes / arrayLanes(machine.array));
    },
  );
});
