/** Is a program well formed, does it move every weight, and are no two things at one address or in one slot? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { buildProgram, planTrace } from '../../src/mapping/plan.ts';
import { DMA_ENGINES, ENGINES, type Program } from '../../src/mapping/program.ts';
import { bitLinearsOf } from '../../src/trace/layout.ts';
import { tinyTrace } from '../trace/tiny.ts';

const MACHINES = [
  'test-tiny',
  'test-tiny-fp16',
  'test-tiny-int8',
  'test-tiny-int4',
  'test-tiny-zero-skip',
  'test-tiny-lut',
];

async function programsOn(name: string): Promise<{ programs: Program[]; totalBytes: number }> {
  const { manifest } = await tinyTrace({ prompt: 11 });
  const machine = await loadMachine(name);
  const plan = planTrace(manifest, machine);
  const steps = [...plan.steps.prefill!, ...plan.steps.decode!];
  return {
    programs: steps.map((step) => buildProgram(manifest, plan, step, machine)),
    totalBytes: plan.addresses.totalBytes,
  };
}

const dependenciesOf = (program: Program, c: number): Int32Array =>
  program.dependencies.slice(program.dependencyStart[c], program.dependencyStart[c + 1]);

describe.each(MACHINES)('a program for %s', (name) => {
  test('depends on earlier commands only, so it cannot deadlock', async () => {
    for (const program of (await programsOn(name)).programs) {
      for (let c = 0; c < program.length; c++) {
        for (const dependency of dependenciesOf(program, c)) expect(dependency).toBeLessThan(c);
      }
    }
  });

  test('moves bytes on DMA engines only, all of them inside the address map', async () => {
    const { programs, totalBytes } = await programsOn(name);
    for (const program of programs) {
      for (let c = 0; c < program.length; c++) {
        expect(program.bytes[c]! > 0).toBe(program.engine[c]! < DMA_ENGINES);
        expect(program.address[c]! + program.bytes[c]!).toBeLessThanOrEqual(totalBytes);
      }
    }
  });

  test('keeps at most two weight tiles alive: a load waits for the tile before the last to be computed', async () => {
    const loadEngine = ENGINES.indexOf('dma.weights');
    for (const program of (await programsOn(name)).programs) {
      const readers: number[] = [];
      for (let c = 0; c < program.length; c++) {
        const work = program.works[program.work[c]!]!;
        if (program.engine[c] === loadEngine && work.unit === 'load' && work.buffer === 'weights') {
          const reader = readers.at(-2);
          if (reader !== undefined) expect([...dependenciesOf(program, c)]).toContain(reader);
        }
        if (work.unit === 'array') readers.push(c);
      }
    }
  });

  test('computes M·N·K multiply-adds of every projection', async () => {
    const { manifest } = await tinyTrace({ prompt: 11 });
    const { programs } = await programsOn(name);
    const done = new Float64Array(manifest.operations.length);
    for (const program of programs) {
      for (let c = 0; c < program.length; c++) {
        const work = program.works[program.work[c]!]!;
        if (work.unit === 'array') done[program.operation[c]!]! += work.rows * work.k * work.n;
      }
    }
    for (const operation of bitLinearsOf(manifest)) {
      expect(done[manifest.operations.indexOf(operation)]).toBe((11 + 3) * operation.in * operation.out);
    }
  });
});

test('no two tiles, tables or caches share an address', async () => {
  const { manifest } = await tinyTrace();
  const { addresses } = planTrace(manifest, await loadMachine('test-tiny'));
  const { vocab, hidden } = manifest.model.shape;
  const regions = [...addresses.weightTiles.values()]
    .flat()
    .map(({ address, bytes }) => [address, address + bytes]);
  regions.push([addresses.embedding, addresses.embedding + vocab * hidden * 2]);
  regions.push([addresses.logits, addresses.logits + vocab * 4]);
  for (const layer of [0, 1]) {
    const keys = addresses.keys(`layers.${layer}.attention`, 0);
    regions.push(
      [keys, keys + addresses.keyBytes],
      [keys + addresses.keyBytes, keys + 2 * addresses.keyBytes],
    );
  }
  regions.sort((a, b) => a[0]! - b[0]!);
  for (let i = 1; i < regions.length; i++) expect(regions[i]![0]).toBeGreaterThanOrEqual(regions[i - 1]![1]!);
});
