/** Is an estimate the same whatever was estimated of its plan before, and whether or not its commands were kept? */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import { planTrace } from '../../../src/mapping/plan.ts';
import { estimate } from '../../../src/sim/analytic/estimate.ts';
import { LoweredPlan } from '../../../src/sim/analytic/lowered-plan.ts';
import { loadMachineDevice } from '../../../src/sim/dram/device-file.node.ts';
import { openTraceFile } from '../../../src/trace/file.node.ts';
import type { TraceManifest } from '../../../src/trace/manifest.ts';

const edge = await loadMachine('edge-ternary');
const shipped = await openTraceFile('traces/tritsim-25m.p64d16.safetensors');
await shipped.close();
const { prefill, decode } = shipped.manifest.phases;
/** Values play no part in how a step is lowered. */
const manifest: TraceManifest = {
  ...shipped.manifest,
  origin: 'synthesized',
  phases: { prefill: prefill!, decode: { ...decode!, steps: 2 } },
};
/** Enough for everything, for some of it, for nothing. */
const ROOMS = [1e6, 3000, 1500, 300, 0];

/** Machines that share the plans of `base`; how many layers are worked out differs. */
function machinesLike(base: Machine): fc.Arbitrary<Machine> {
  return fc
    .record({
      channels: fc.constantFrom(1, 4, 16),
      device: fc.constantFrom('LPDDR4-3200', 'HBM2-2000'),
      mhz: fc.constantFrom(100, 500, 1000),
      lanes: fc.constantFrom(4, 64),
      setupCycles: fc.constantFrom(4, 500),
    })
    .map(({ channels, device, mhz, lanes, setupCycles }) => ({
      ...base,
      clock: { ...base.clock, periodPs: [1e6, mhz] },
      dram: { ...base.dram, channels, device },
      vector: { ...base.vector, lanes },
      dma: { setupCycles },
    }));
}

const spilled: Machine = {
  ...edge,
  mapping: { activations: 'spilled' },
  buffers: { ...edge.buffers, activations: { ...edge.buffers.activations, capacityBytes: 131_072 } },
};

test.each([
  ['operation by operation', edge],
  ['stage by stage', spilled],
])('%s, machines of one plan are estimated as each on its own', (_how, base) => {
  const plan = planTrace(manifest, base);
  const sequence = fc.array(machinesLike(base), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(sequence, fc.constantFrom(...ROOMS), (machines, room) => {
      const lowered = new LoweredPlan(manifest, plan, room);
      for (const machine of machines) {
        const device = loadMachineDevice(machine.dram);
        const alone = estimate(manifest, machine, device, plan);
        expect(estimate(manifest, machine, device, plan, undefined, lowered)).toEqual(alone);
      }
    }),
    { numRuns: 12 },
  );
});
