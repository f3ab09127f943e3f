/** May machines that differ in what the mapping does not read share a plan? */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Evaluator } from '../../src/explore/evaluate.ts';
import { fileResources } from '../../src/explore/engine/resources.node.ts';
import { Plans, UNPLANNED } from '../../src/explore/plans.ts';
import { parseSpace } from '../../src/explore/space/space-file.ts';
import { OpenStudy, STUDY_SCHEMA, studyTrace } from '../../src/explore/study.ts';
import { listMachines, loadMachine, loadMachineDocument } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { buildProgram, planTrace } from '../../src/mapping/plan.ts';
import { workCost } from '../../src/sim/work-cost.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';
import { loadPublishedModel } from '../../src/trace/published.node.ts';
import { synthesize } from '../../src/trace/synthesize.ts';
import { tinyTrace } from '../trace/tiny.ts';

function refuse(what: string): never {
  throw new Error(`the mapping reads ${what}`);
}

/** The machine with nothing in place of what plans must not read. */
function withoutUnplanned(machine: Machine): Partial<Machine> {
  const hidden: ReadonlySet<string> = new Set(UNPLANNED);
  return Object.fromEntries(Object.entries(machine).filter(([name]) => !hidden.has(name)));
}

/** The machine without what plans must not read: reading it throws. */
function blinded(machine: Machine): Machine {
  const hidden: ReadonlySet<PropertyKey> = new Set(UNPLANNED);
  const vector = new Proxy(machine.vector, {
    get: (target, key) => (key === 'precision' ? target.precision : refuse(`vector.${String(key)}`)),
  });
  return new Proxy(
    { ...machine, vector },
    {
      get: (target, key, receiver) =>
        hidden.has(key) ? refuse(String(key)) : (Reflect.get(target, key, receiver) as unknown),
    },
  );
}

test('no plan of a shipped machine reads a section that machines may differ in', async () => {
  const model = await loadPublishedModel('bitnet-b1.58-large');
  for (const phase of ['prefill', 'decode'] as const) {
    const manifest = synthesize(model, { phase, context: 40, batch: 2 }, 'test');
    for (const name of await listMachines()) {
      const machine = await loadMachine(name);
      const plan = planTrace(manifest, blinded(machine));
      const seeing = planTrace(manifest, machine);
      expect([...plan.tilings]).toEqual([...seeing.tilings]);
      expect(JSON.stringify(plan.steps)).toBe(JSON.stringify(seeing.steps));
    }
  }
});

test('nor do the commands that it lowers to', async () => {
  const { manifest } = await tinyTrace();
  const loaded = await Promise.all((await listMachines()).map((name) => loadMachine(name)));
  for (const machine of loaded.filter(({ packing }) => packing.dram !== 'bitmap-sign')) {
    const plan = planTrace(manifest, machine);
    for (const step of Object.values(plan.steps).flat()) {
      expect(buildProgram(manifest, plan, step, blinded(machine)).length).toBeGreaterThan(0);
    }
  }
});

test('what works cost depends on the vector and the float unit beside the plan, and on nothing else', async () => {
  const model = await loadPublishedModel('bitnet-b1.58-large');
  const manifest = synthesize(model, { phase: 'decode', context: 40, batch: 2 }, 'test');
  for (const name of ['edge-ternary', 'edge-lut', 'edge-fp16']) {
    const machine = await loadMachine(name);
    const plan = planTrace(manifest, machine);
    const { works } = buildProgram(manifest, plan, plan.steps.decode![0]!, machine);
    const { vector, floatUnit } = machine;
    const seen = { ...withoutUnplanned(machine), vector, floatUnit } as Machine;
    for (const work of works) expect(workCost(seen, work)).toEqual(workCost(machine, work));
  }
});

test('a shared plan names the machine that it is used for', async () => {
  const model = await loadPublishedModel('bitnet-b1.58-large');
  const plans = new Plans(synthesize(model, { phase: 'decode', context: 4, batch: 1 }, 'test'));
  const machine = await loadMachine('test-tiny');
  const other = { ...machine, dma: { setupCycles: 99 } };
  expect(plans.of(machine, undefined).plan.tilings).toBe(plans.of(other, undefined).plan.tilings);
  expect(plans.of(other, undefined).plan.graph.machine).toBe(other);
});

test('records do not depend on what was evaluated before', async () => {
  const text = readFileSync('test/fixtures/explore/tiny.yaml', 'utf8');
  const trace = await openTraceFile('traces/tritsim-25m.p64d16.safetensors');
  const space = parseSpace(text, 'tiny.yaml');
  const { data } = await loadMachineDocument(space.machine);
  const traces = [studyTrace(space, trace.name, trace.hash, trace.manifest)];
  const fields = {
    schema: STUDY_SCHEMA,
    name: 'tiny',
    program: 'p',
    space: text,
    base: data,
    traces,
  } as const;
  const study = new OpenStudy(fields, fileResources());
  const used = new Evaluator(trace, space.workloads);
  for (let position = 0; position < study.sequence.length; position++) {
    const point = await study.identify(study.at(position)!, 0, 'analytic');
    const fresh = new Evaluator(trace, space.workloads);
    expect(await used.evaluate(point, 'analytic')).toEqual(await fresh.evaluate(point, 'analytic'));
  }
  await trace.close();
});
