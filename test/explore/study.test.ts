/** Are the machines of a space those that machine files would give, and their records what the rest of the project measures? */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { measure } from '../../src/analysis/measure.ts';
import { machineArea } from '../../src/energy/machine-area.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { Evaluator } from '../../src/explore/evaluate.ts';
import { fileResources } from '../../src/explore/engine/resources.node.ts';
import { parseSpace } from '../../src/explore/space/space-file.ts';
import { OpenStudy, STUDY_SCHEMA, studyTrace, type Point } from '../../src/explore/study.ts';
import { loadMachineDocument } from '../../src/hardware/load.node.ts';
import { withOverrides } from '../../src/hardware/merge.ts';
import { hashOf } from '../../src/hardware/hash.ts';
import { ROW_FORM } from '../../src/explore/row.ts';
import { resolveMachine } from '../../src/hardware/resolve.ts';
import { loadMachineDevice } from '../../src/sim/dram/device-file.node.ts';
import { loadPublishedModel } from '../../src/trace/published.node.ts';
import { synthesize } from '../../src/trace/synthesize.ts';
import { openTraceFile, type TraceHandle } from '../../src/trace/file.node.ts';
import type { Trace } from '../../src/trace/trace.ts';

const SHIPPED = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = readFileSync('test/fixtures/explore/tiny.yaml', 'utf8');
let trace: TraceHandle;
beforeAll(async () => {
  trace = await openTraceFile(SHIPPED);
  return () => trace.close();
});

async function studyFor(text: string, on: Trace = trace): Promise<OpenStudy> {
  const space = parseSpace(text, 'tiny.yaml');
  const { data } = await loadMachineDocument(space.machine);
  const traces = [studyTrace(space, on.name, on.hash, on.manifest)];
  const study = {
    schema: STUDY_SCHEMA,
    name: space.name,
    program: 'p',
    space: text,
    base: data,
    traces,
  } as const;
  return new OpenStudy(study, fileResources());
}
const all = (study: OpenStudy): Point[] =>
  Array.from({ length: study.sequence.length }, (_, i) => study.at(i)).filter((point) => point !== undefined);

function none(): never {
  throw new Error('a shape has no values');
}

function shapeOnly(manifest: Trace['manifest']): Trace {
  return { name: 'shape', hash: '1'.repeat(64), manifest, readTrits: none, readRows: none };
}

const evaluate = async (study: OpenStudy, on: Trace, position: number, fidelity: 'analytic' | 'cycle') => {
  const identified = await study.identify(study.at(position)!, 0, fidelity);
  return { identified, row: await new Evaluator(on, study.space.workloads).evaluate(identified, fidelity) };
};
const keyOf = async (of: OpenStudy, position = 0, fidelity: 'analytic' | 'cycle' = 'analytic') =>
  (await of.identify(of.at(position)!, 0, fidelity)).key;

describe('the machine of a point', () => {
  test('is, hash included, the one that a machine file with these values gives', async () => {
    const study = await studyFor(TINY);
    const document = await loadMachineDocument('test-tiny');
    const points = all(study);
    expect(points).toHaveLength(36);
    for (const { levels, candidate } of points) {
      const set = Object.assign(
        {},
        ...study.space.axes.map((axis, i) => axis.levels[levels[i]!]!.set),
      ) as Record<string, unknown>;
      const { sources: _expected, ...expected } = resolveMachine(withOverrides(document, set));
      const { sources: _sources, ...machine } = candidate.machine();
      expect(machine).toEqual(expected);
    }
  });

  test('gives its record a key: the hash of what it was evaluated on, and by what', async () => {
    const study = await studyFor(TINY);
    const point = await study.identify(study.at(3)!, 0, 'analytic');
    if (point.machine === undefined) throw new Error('the machine is refused');
    const { machine, device, prices, key } = point;
    const { program, traces } = study.study;
    const { hash, work } = traces[0]!;
    const common = { form: ROW_FORM, trace: hash, work, fidelity: 'analytic', program };
    expect(key).toBe(
      hashOf({ ...common, machine: machine.hash, device: hashOf(device), prices: prices.hash }),
    );
  });

  test('that cannot be built is a record with the error of the machine file', async () => {
    const study = await studyFor(
      TINY.replace('to: 32 KiB, times: 2', 'to: 8200 B, step: 8 B').replace('8 KiB,', '8192 B,'),
    );
    const bad = await study.identify(study.at(6)!, 0, 'analytic');
    expect(bad.refusal?.code).toBe('MACHINE_BUFFER');
    expect(bad.refusal?.message).toContain('axis weights: buffers.weights.capacity');
    const row = await new Evaluator(trace, study.space.workloads).evaluate(bad, 'analytic');
    expect(row).toMatchObject({ machine: null, error: { code: 'MACHINE_BUFFER' } });
  });

  test('of an axis whose condition does not hold is there once', async () => {
    const when = '  lanes: { when: array.inputs > 8, path: vector.lanes, values: [4, 8] }\n  clock:';
    const study = await studyFor(TINY.replace('  clock:', when));
    // narrow: 3 × 3 × 2; wide: twice as many.
    expect(all(study)).toHaveLength(18 + 36);
  });

  test.each([
    [
      'array.inputs * array.outputs',
      'array.input * array.outputs',
      'SPACE_NAME',
      "Did you mean 'array.inputs'?",
    ],
    ['path: clock', 'path: clocks', 'SPACE_PATH', "Did you mean 'clock'?"],
    ['path: clock', 'path: clocks', 'SPACE_PATH', 'tiny.yaml:13: axes.clock.path: '],
    ['array.inputs: 8', 'array.inptus: 8', 'SPACE_PATH', "Did you mean 'array.inputs'?"],
    ['array.inputs: 8', 'array.inptus: 8', 'SPACE_PATH', 'tiny.yaml:9: axes.array.linked.narrow: '],
  ])('is refused before anything runs where a space says %s as %s', async (from, to, code, hint) => {
    const refused = studyFor(TINY.replace(from, to));
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(hint);
  });
});

describe('the record of a point', () => {
  test.each(['analytic', 'cycle'] as const)(
    'is what a whole %s measurement of the same work gives',
    async (fidelity) => {
      const both = TINY.replace(
        'workloads:',
        'workloads:\n  prefill: { phase: prefill, context: 3, weight: 1 }',
      );
      const model = await loadPublishedModel('bitnet-b1.58-large');
      const shape = synthesize(model, { phase: 'decode', context: 5, tokens: 4, batch: 2 }, 'test');
      const { steps: _steps, ...decode } = shape.phases.decode!;
      const on = shapeOnly({ ...shape, operations: shape.operations.slice(0, 6) });
      const study = await studyFor(both, on);
      const { identified, row } = await evaluate(study, on, 7, fidelity);
      const phases = {
        prefill: { steps: 1, tokensPerStep: 3, batch: 2, context: 0, ids: [] },
        decode: { steps: 1, ...decode },
      };
      const machine = identified.machine!;
      const prices = await loadPrices(machine.technology.prices);
      const run = await measure(
        shapeOnly({ ...on.manifest, phases }),
        { machine, device: loadMachineDevice(machine.dram), prices },
        { fidelity },
      );
      expect(row.error).toBeUndefined();
      expect(row.workloads).toMatchObject(
        [run.phases.prefill!, run.phases.decode!].map(({ time_s, energy_J, cycles, bottleneck }) => {
          return { time_s, energy_J, cycles, bottleneck };
        }),
      );
      expect(row.area_mm2).toBe(machineArea(prices, machine).total.amount);
    },
  );

  test('has another key for another machine, fidelity, trace, program or work, and the same for another weight', async () => {
    const study = await studyFor(TINY);
    const other = await studyFor(TINY.replace('tokens: 1', 'tokens: 2'));
    const traced = await studyFor(TINY, { ...trace, hash: 'f'.repeat(64) });
    const program = new OpenStudy({ ...study.study, program: 'q' }, fileResources());
    const keys = [
      await keyOf(study),
      await keyOf(study, 1),
      await keyOf(study, 0, 'cycle'),
      await keyOf(other),
      await keyOf(traced),
      await keyOf(program),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf(await studyFor(TINY.replace('tokens: 1, weight: 1', 'tokens: 1, weight: 2')))).toBe(
      keys[0],
    );
  });

  test('of an array that reads activations is refused beyond what the trace holds', async () => {
    const text = TINY.replace('machine: test-tiny', 'machine: test-tiny-bit-serial')
      .replace(/  array:[\s\S]*?  weights:/, '  weights:')
      .replace('tokens: 1', 'context: 100, tokens: 1');
    const study = await studyFor(text);
    const { row } = await evaluate(study, trace, 0, 'analytic');
    expect(row.error).toMatchObject({ code: 'EXPLORE_NOT_RECORDED' });
  });
});
