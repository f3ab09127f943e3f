/** Is the report's excerpt one layer of the run, every track in order, and the same work that the schedule has? */
import { expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import { ENGINES } from '../../../src/mapping/program.ts';
import { observers, TimelineExcerpt } from '../../../src/report/timeline/excerpt.ts';
import { loadDevice } from '../../../src/sim/dram/device-file.node.ts';
import { simulate } from '../../../src/sim/simulate.ts';
import type { StepRecord, TimelineObserver } from '../../../src/sim/timeline.ts';
import { tinyTrace } from '../../trace/tiny.ts';

const trace = await tinyTrace({ prompt: 9, decode: 3 });
const excerpt = new TimelineExcerpt(trace.manifest);
/** Busy time of the array on the middle layer in the middle token, ps, straight from the schedule. */
let arrayPs = 0;
const witness: TimelineObserver = {
  plan: () => {},
  phase: () => {},
  flush: () => {},
  step: ({ step, program, schedule }: StepRecord) => {
    const decode = step.rows === 1;
    if (!decode || step.index !== 1) return;
    for (let c = 0; c < program.length; c++) {
      const { layer } = trace.manifest.operations[program.operation[c]!]!;
      if (layer !== 0 || ENGINES[program.engine[c]!] !== 'array') continue;
      arrayPs += schedule.finishPs[c]! - schedule.startPs[c]!;
    }
  },
};
await simulate(trace, await loadMachine('test-tiny'), loadDevice('LPDDR4-3200'), {
  timeline: observers([excerpt, witness]),
});
const { prefill, decode } = excerpt.addTo({ prefill: {}, decode: {} } as never);

test('both phases have one, of the middle layer, in the middle token', () => {
  expect(prefill!.timeline!.what).toBe('layer 0 of the prompt');
  expect(decode!.timeline!.what).toBe('layer 0 of token 1 of the decoded ones');
});

test('slices lie within it, and those of a track follow each other', () => {
  for (const phase of [prefill!, decode!]) {
    const { from_s: from, to_s: to, slices } = phase.timeline!;
    expect(slices.length).toBeGreaterThan(5);
    for (const [i, slice] of slices.entries()) {
      expect(slice.from_s).toBeGreaterThanOrEqual(from);
      expect(slice.to_s).toBeLessThanOrEqual(to);
      expect(slice.to_s).toBeGreaterThan(slice.from_s);
      const before = slices[i - 1];
      if (before?.track === slice.track) expect(slice.from_s).toBeGreaterThanOrEqual(before.to_s);
    }
  }
});

test('the array is busy for as long as the schedule says', () => {
  const own = decode!.timeline!.slices.filter(
    ({ track, name }) => track === 'array' && !name.includes('layer'),
  );
  const busy = own.reduce((sum, { busy_s: seconds }) => sum + seconds, 0);
  expect(busy / (arrayPs * 1e-12)).toBeCloseTo(1, 9);
});
