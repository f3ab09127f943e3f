/** Do the rows that figures are drawn from agree with the simulation that they come from? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measure, type Bench } from '../../src/analysis/measure.ts';
import { loadWholeMachine } from '../../src/analysis/published/load.node.ts';
import { firstLayers } from '../../src/analysis/published/simulate-pass.ts';
import { wholeMachineRatios } from '../../src/analysis/published/whole-machine.ts';
import { areaRows } from '../../src/analysis/sweeps/areas.ts';
import { contextRows } from '../../src/analysis/sweeps/context.ts';
import { arrayDesigns, type DesignRow, frontOf } from '../../src/analysis/sweeps/designs.ts';
import { dramWindows } from '../../src/analysis/sweeps/dram-windows.ts';
import { modelSizeRows } from '../../src/analysis/sweeps/model-size.ts';
import { peakBandwidth, rooflineRows } from '../../src/analysis/sweeps/roofline.ts';
import { shapeTrace } from '../../src/analysis/sweeps/shape-trace.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { machineArea } from '../../src/energy/machine-area.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { kvRowBytes } from '../../src/mapping/packing.ts';
import { loadMachineDevice } from '../../src/sim/dram/device-file.node.ts';
import { loadPublishedModel } from '../../src/trace/published.node.ts';

async function benchOf(name: string): Promise<Bench> {
  const machine = await loadMachine(name);
  return {
    machine,
    device: loadMachineDevice(machine.dram),
    prices: await loadPrices(machine.technology.prices),
  };
}

const bench = await benchOf('edge-ternary');
/** One layer and few words, so that it is simulated in a moment. */
const cut = firstLayers(await loadPublishedModel('bitnet-b1.58-large'), 1);
const small = { ...cut, shape: { ...cut.shape, vocab: 512 } };
const decode = await shapeTrace(small, { phase: 'decode', context: 64, tokens: 2, batch: 1 });

describe('windows of the DRAM', () => {
  test('hold every byte and every row hit of the simulation', async () => {
    const run = await measure(decode, bench);
    const windows = await dramWindows(decode, bench, 7);
    const { decode: phase } = run.phases;
    const counts = run.counts['decode']!;
    const total = (of: (window: (typeof windows)[0]) => number): number =>
      windows.reduce((sum, window) => sum + of(window) * (window.to_s - window.from_s), 0);
    expect(windows).toHaveLength(7);
    expect(total((window) => window.read_B_per_s) / counts['dram.readBytes']!).toBeCloseTo(1, 9);
    expect(total((window) => window.write_B_per_s) / counts['dram.writeBytes']!).toBeCloseTo(1, 9);
    expect(Math.abs(windows.at(-1)!.to_s / phase!.time_s - 1)).toBeLessThan(1e-4);
    const columns = (window: (typeof windows)[0]): number => window.read_B_per_s + window.write_B_per_s;
    const bytes = counts['dram.readBytes']! + counts['dram.writeBytes']!;
    const hits = counts['dram.rowHits']! / (counts['dram.rd']! + counts['dram.wr']!);
    expect(total((window) => columns(window) * (window.row_hit_share ?? 0)) / bytes).toBeCloseTo(hits, 9);
  });

  test('never show more than the peak of all channels', async () => {
    const peak = peakBandwidth(bench);
    expect(peak).toBeCloseTo(25.6e9, -6);
    for (const window of await dramWindows(decode, bench, 50)) {
      expect(window.read_B_per_s + window.write_B_per_s).toBeLessThanOrEqual(peak * 1.01);
    }
  });
});

test('no part of a phase lies above its roof', async () => {
  const rows = rooflineRows(await measure(decode, bench), bench);
  expect(rows.map(({ part }) => part)).toEqual(['projections', 'whole phase']);
  for (const row of rows) {
    const roof = Math.min(row.peak_per_s, row.intensity_per_B * row.bandwidth_B_per_s);
    expect(row.multiply_adds_per_s).toBeGreaterThan(0);
    expect(row.multiply_adds_per_s).toBeLessThanOrEqual(roof);
  }
});

describe('energy against context', () => {
  test('grows with the cache, and by as much less as the cache has fewer bits', async () => {
    const rows = await contextRows(small, bench, [1024, 4096], ['bf16', 'int8', 'int4']);
    const growth = [16, 8, 4].map((bits) => {
      const own = rows.filter((row) => row.kv_bits === bits).map((row) => row.energy_per_token_J);
      expect(own).toHaveLength(2);
      return own[1]! - own[0]!;
    });
    const { kvHeads, headDim } = small.shape;
    expect(kvRowBytes(kvHeads * headDim, 'int8')).toBe(kvHeads * headDim);
    expect(growth[0]!).toBeGreaterThan(growth[1]!);
    expect(growth[1]!).toBeGreaterThan(growth[2]!);
    // The cache's bytes halve twice; what attention computes stays.
    expect((growth[0]! - growth[1]!) / (growth[1]! - growth[2]!)).toBeCloseTo(2, 0);
  });
});

function beats(a: DesignRow, b: DesignRow): boolean {
  return a.x <= b.x && a.y <= b.y && (a.x < b.x || a.y < b.y);
}

describe('designs', () => {
  test('a wider array is larger and no slower in prefill', async () => {
    const prefill = await shapeTrace(small, { phase: 'prefill', context: 64, batch: 1 });
    const { rows } = await arrayDesigns(prefill, 'trace', [bench], [0.5, 1, 2]);
    expect(rows.map(({ label }) => label)).toEqual(['1024 lanes', '2048 lanes', '4096 lanes']);
    for (const [i, row] of rows.entries()) {
      if (i === 0) continue;
      expect(row.x).toBeGreaterThan(rows[i - 1]!.x);
      expect(row.y).toBeLessThanOrEqual(rows[i - 1]!.y);
    }
  });

  test('of the front nobody is beaten, and everybody else is', () => {
    const value = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 12 }), (places) => {
        const rows = places.map(([x, y], i): DesignRow => ({ series: 's', label: String(i), x, y }));
        const front = frontOf(rows);
        for (const row of rows) {
          const beaten = rows.some((other) => beats(other, row));
          const twin = front.some((other) => other !== row && other.x === row.x && other.y === row.y);
          expect(front.includes(row)).toBe(!beaten && !twin);
        }
      }),
    );
  });
});

test('areas by component add up to the area of the machine', () => {
  const rows = areaRows(bench);
  const sum = rows.reduce((total, row) => total + row.area_mm2, 0);
  expect(sum).toBeCloseTo(machineArea(bench.prices, bench.machine).total.amount, 9);
});

describe('energy against model size', () => {
  test('has every machine beside the same DRAM, of ranks that the widest weights need', async () => {
    const setup = await loadWholeMachine(['gpt-13b']);
    const rows = await modelSizeRows(setup, { phases: ['prefill', 'decode'], context: 64 });
    const names = ['edge-ternary', 'edge-fp16', 'edge-int8', 'edge-int4'];
    expect(rows.map(({ machine, phase }) => `${machine} ${phase}`)).toEqual(
      ['prefill', 'decode'].flatMap((phase) => names.map((name) => `${name} ${phase}`)),
    );
    // 25 GB of FP16 weights, 4 GiB a rank; INT4 alone would have 2 ranks and trits 1.
    expect(rows.map(({ ranks }) => ranks)).toEqual(rows.map(() => 8));
    for (const phase of ['prefill', 'decode']) {
      const [trits, fp16, int8, int4] = rows
        .filter((row) => row.phase === phase)
        .map((row) => row.energy_per_token_J);
      // Shorter weights take less energy where nothing else differs.
      expect([trits, int4, int8, fp16]).toEqual([trits, fp16, int8, int4].toSorted((a, b) => a! - b!));
    }
  });

  test('has the energies of the ratio against the baseline with the widest weights', async () => {
    const { baselines, ...setup } = await loadWholeMachine(['gpt-1.3b']);
    const size = { phases: ['decode'], context: 64 } as const;
    const fp16 = { ...setup, baselines: baselines.slice(0, 1) };
    const rows = await modelSizeRows({ ...setup, baselines }, size);
    const [ratio] = await wholeMachineRatios(fp16, {
      ...size,
      matches: ['peak'],
      batches: [1],
      fidelity: 'analytic',
    });
    expect(rows[0]).toMatchObject({ params: ratio!.params, energy_per_token_J: ratio!.machine_J });
    expect(rows[1]).toMatchObject({ ranks: ratio!.ranks, energy_per_token_J: ratio!.baseline_J });
  });
});
