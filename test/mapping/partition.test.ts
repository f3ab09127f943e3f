/** Does a plan move the DRAM bytes that its closed form says, never more than another would, and find what it spilled? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TritsimError } from '../../src/errors/error.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { buildProgram, planTrace, type Plan } from '../../src/mapping/plan.ts';
import { ENGINES } from '../../src/mapping/program.ts';
import { groupIn } from '../../src/mapping/stages.ts';
import { projectionsOf } from '../../src/mapping/tensors.ts';
import { bytesByRows, bytesByWeights, cutOf } from '../../src/mapping/traffic.ts';
import { loadPublishedModel } from '../../src/trace/published.node.ts';
import { synthesize } from '../../src/trace/synthesize.ts';
import type { TraceManifest } from '../../src/trace/manifest.ts';
import { batches, machines, traces } from '../sim/stepper/machines.ts';
import { tinyTrace } from '../trace/tiny.ts';

const MODES = ['auto', 'chunked', 'spilled'] as const;
type Mode = (typeof MODES)[number];

const mapped = (machine: Machine, activations: Mode): Machine => ({ ...machine, mapping: { activations } });

function withBuffer(machine: Machine, name: keyof Machine['buffers'], capacityBytes: number): Machine {
  return { ...machine, buffers: { ...machine.buffers, [name]: { ...machine.buffers[name], capacityBytes } } };
}

/** The plan; undefined where the mapping refuses the machine. */
function planned(manifest: TraceManifest, machine: Machine): Plan | undefined {
  try {
    return planTrace(manifest, machine);
  } catch (error) {
    if (error instanceof TritsimError && error.code.startsWith('MAPPING_')) return undefined;
    throw error;
  }
}

function programBytes(manifest: TraceManifest, plan: Plan, machine: Machine): number {
  return plan.steps.prefill!.reduce(
    (sum, step) => sum + buildProgram(manifest, plan, step, machine).bytes.reduce((a, b) => a + b, 0),
    0,
  );
}

/** Prompts of sequences side by side on buffers that mostly do not hold them. */
const cases = fc.tuple(machines, traces, batches, fc.constantFrom(96, 160, 256, 512, 2048));

async function caseOf([{ machine }, { shape }, record, capacity]: typeof cases extends fc.Arbitrary<infer T>
  ? T
  : never): Promise<{ manifest: TraceManifest; machine: Machine }> {
  const { manifest } = await tinyTrace({ shape: shape!, prompt: 1, decode: 0 });
  const prefill = { ...record, steps: 1, tokensPerStep: 2 * record.tokensPerStep, ids: [] };
  return {
    manifest: { ...manifest, origin: 'synthesized', phases: { prefill } },
    machine: withBuffer(machine, 'activations', capacity),
  };
}

test('the programs move exactly the bytes of the closed form; auto never more than any other mapping', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const { manifest, machine } = await caseOf(drawn);
      const bytes: Partial<Record<Mode, number>> = {};
      for (const mode of MODES) {
        const own = mapped(machine, mode);
        const plan = planned(manifest, own);
        if (plan === undefined) continue;
        const { mapping, stages, bytes: closed } = plan.partitions.prefill!;
        expect(programBytes(manifest, plan, own)).toBe(closed);
        expect(stages.reduce((sum, stage) => sum + stage.bytes, 0)).toBe(closed);
        bytes[mode] = closed;
        seen.add(mapping);
        for (const { order, slots } of stages) seen.add(order).add(`${slots}`);
      }
      if (bytes.auto === undefined) expect(bytes).toEqual({});
      for (const other of [bytes.chunked, bytes.spilled]) {
        if (other !== undefined) expect(bytes.auto).toBeLessThanOrEqual(other);
      }
    }),
    { numRuns: 300 },
  );
  expect([...seen].toSorted()).toEqual(['1', '2', 'chunked', 'rows', 'spilled', 'weights', 'whole']);
});

test('a prompt that cuts a group which decoding keeps whole: bytes of the closed form, and auto refuses nothing', async () => {
  let alike = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const { manifest, machine } = await caseOf(drawn);
      const prefill = manifest.phases.prefill!;
      const decode = { ...prefill, steps: 1, tokensPerStep: 1, context: prefill.tokensPerStep };
      const both: TraceManifest = { ...manifest, phases: { prefill, decode } };
      const own = mapped(machine, 'auto');
      const plan = planned(both, own);
      if (plan === undefined) {
        expect(planned(both, mapped(machine, 'chunked'))).toBeUndefined();
        return;
      }
      expect(programBytes(both, plan, own)).toBe(plan.partitions.prefill!.bytes);
      for (const group of new Set(plan.graph.groups.values())) {
        const stages = plan.partitions.decode!.stages;
        if (!stages.some(({ span }) => groupIn(plan.graph, span, group.first))) continue;
        const [one, ...others] = projectionsOf(plan.graph, group).map(({ name }) => plan.tilings.get(name)!);
        for (const other of others) expect(other).toEqual(one);
        if (others.length > 0 && plan.partitions.prefill!.mapping === 'spilled') alike++;
      }
    }),
    { numRuns: 200 },
  );
  expect(alike).toBeGreaterThan(0);
});

test('every load of values finds the bytes that were stored for it, by a store that it waits for', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const { manifest, machine } = await caseOf(drawn);
      const own = mapped(machine, 'spilled');
      const plan = planned(manifest, own);
      if (plan === undefined || plan.partitions.prefill!.mapping !== 'spilled') return;
      const [step] = plan.steps.prefill!;
      const program = buildProgram(manifest, plan, step!, own);
      /** By byte: the store that wrote it last. */
      const writer = new Int32Array(plan.addresses.totalBytes).fill(-1);
      for (let c = 0; c < program.length; c++) {
        const [from, bytes] = [program.address[c]!, program.bytes[c]!];
        const engine = ENGINES[program.engine[c]!]!;
        if (engine === 'dma.store') writer.fill(c, from, from + bytes);
        const work = program.works[program.work[c]!]!;
        const reader = program.operation[c]!;
        const isValues = engine === 'dma.stream' && work.unit === 'load' && work.buffer === 'activations';
        if (!isValues || manifest.operations[reader]!.kind === 'embedding') continue;
        const stores = new Set(writer.subarray(from, from + bytes));
        expect(stores.has(-1)).toBe(false);
        const waits = program.dependencies.subarray(
          program.dependencyStart[c],
          program.dependencyStart[c + 1],
        );
        const stored = [...stores].map((store) => program.operation[store]!);
        expect(new Set(stored).size).toBe(1);
        expect(plan.graph.inputs[reader]!.map(({ producer }) => producer)).toContain(stored[0]);
        // Stores finish in order, so the latest stands for all before it.
        const latest = Math.max(...[...waits].filter((w) => ENGINES[program.engine[w]!] === 'dma.store'));
        expect(Math.max(...stores)).toBeLessThanOrEqual(latest);
      }
    }),
    { numRuns: 150 },
  );
});

describe('the closed form', () => {
  const none = { weights: 0, valuesIn: 0, valuesOut: 0, key: 0, embedding: 0, head: 0, logits: 0 };
  const record = { steps: 1, tokensPerStep: 10, batch: 1, context: 0, ids: [] };

  test('with rows staying: weights once a chunk, values once, earlier keys and values once a chunk', () => {
    const cut = cutOf('prefill', record, 4);
    expect(cut).toEqual({ chunks: 3, rows: 10, cachedKeys: 4 + 8, lastChunks: 1, lastRows: 1 });
    expect(bytesByRows({ ...none, weights: 1000, valuesIn: 7, valuesOut: 3 }, cut)).toBe(3 * 1000 + 10 * 10);
    // Chunks of 4, 4 and 2 find 0, 4 and 8 keys with their values, and write 10.
    expect(bytesByRows({ ...none, key: 6 }, cut)).toBe(2 * 6 * (12 + 10));
    expect(bytesByRows({ ...none, embedding: 5, head: 100, logits: 9 }, cut)).toBe(50 + 100 + 9);
  });

  test('with weights staying: weights once, what they multiply once a tile', () => {
    const span = { ...none, weights: 1000, valuesIn: 7, valuesOut: 3 };
    expect(bytesByWeights(span, 1, 10, 4)).toBe(1000 + 10 * (4 * 7 + 3));
  });
});

describe('a prompt of 512 tokens of 2B4T', async () => {
  const model = await loadPublishedModel('bitnet-b1.58-2b4t');
  const manifest = synthesize(model, { phase: 'prefill', context: 512, batch: 1 }, 'test');
  const edge = await loadMachine('edge-ternary');

  test('reads its weights three times where chunks through the model read them sixteen times', async () => {
    const bytes = (machine: Machine): number => planTrace(manifest, machine).partitions.prefill!.bytes;
    const [spilled, chunked] = [bytes(edge), bytes(mapped(edge, 'chunked'))];
    const partition = planTrace(manifest, edge).partitions.prefill!;
    expect(partition.mapping).toBe('spilled');
    const passes = (name: string): number => {
      const at = manifest.operations.findIndex((operation) => operation.name === name);
      const stage = partition.stages.find(({ span }) => span.from <= at && at < span.to)!;
      return Math.ceil(512 / stage.rows);
    };
    expect(['q_proj', 'o_proj', 'gate_proj', 'down_proj'].map((name) => passes(`layers.7.${name}`))).toEqual([
      2, 2, 2, 4,
    ]);
    expect(chunked / spilled).toBeGreaterThan(1.8);
  });

  test('a step that fits is not cut', () => {
    const short = synthesize(model, { phase: 'decode', context: 512, tokens: 1, batch: 16 }, 'test');
    const { mapping, stages } = planTrace(short, mapped(edge, 'spilled')).partitions.decode!;
    expect([mapping, stages.length]).toEqual(['whole', 1]);
  });
});

test('where not even one row fits, the error names the operation and the missing bytes', async () => {
  const { manifest } = await tinyTrace({ prompt: 9 });
  const tiny = await loadMachine('test-tiny');
  for (const mode of MODES) {
    const starved = withBuffer(mapped(tiny, mode), 'activations', 64);
    const error = (() => {
      try {
        planTrace(manifest, starved);
      } catch (thrown) {
        return thrown as TritsimError;
      }
      throw new Error('was not refused');
    })();
    expect(error.code).toBe('MAPPING_ACTIVATIONS_TOO_SMALL');
    const [, operation, needed, missing] = /At (\S+) a row needs (\d+) bytes: (\d+) more/.exec(
      error.message,
    )!;
    expect(manifest.operations.map(({ name }) => name)).toContain(operation);
    expect(Number(missing)).toBe(Number(needed) - 64);
    const enough = withBuffer(mapped(tiny, mode), 'activations', Number(needed));
    expect(planned(manifest, enough)).toBeDefined();
  }
});

test.each([
  ['whole', 65_536],
  ['spilled', 4096],
] as const)(
  'a decoded batch of 16 streams each sequence its own keys and values: %s',
  async (mapping, capacity) => {
    const { manifest: recorded } = await tinyTrace({ prompt: 1, decode: 0 });
    const decode = { steps: 2, tokensPerStep: 1, batch: 16, context: 40, ids: [] };
    const manifest: TraceManifest = { ...recorded, origin: 'synthesized', phases: { decode } };
    const machine = withBuffer(mapped(await loadMachine('test-tiny'), 'auto'), 'activations', capacity);
    const plan = planTrace(manifest, machine);
    expect(plan.partitions.decode!.mapping).toBe(mapping);
    const { kvHeads, headDim } = manifest.model.shape;
    const key = kvHeads * headDim * 2;
    for (const [i, step] of plan.steps.decode!.entries()) {
      const program = buildProgram(manifest, plan, step, machine);
      const read = new Map<number, number>();
      for (let c = 0; c < program.length; c++) {
        const work = program.works[program.work[c]!]!;
        const at = program.operation[c]!;
        if (manifest.operations[at]!.kind !== 'attention' || work.unit !== 'load') continue;
        if (work.buffer === 'operands') read.set(at, (read.get(at) ?? 0) + program.bytes[c]!);
      }
      expect([...read.values()]).toEqual([0, 1].map(() => 16 * (40 + i) * 2 * key));
    }
  },
);
