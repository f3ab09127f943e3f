/** Does a whole phase take the same time, do the same and sum the same when every component is stepped a cycle at a time? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TritsimError } from '../../../src/errors/error.ts';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import { planTrace } from '../../../src/mapping/plan.ts';
import type { DramDevice } from '../../../src/sim/dram/device.ts';
import { loadDevice } from '../../../src/sim/dram/device-file.node.ts';
import { policyOf } from '../../../src/sim/dram/policy.ts';
import type { PhaseResult } from '../../../src/sim/result.ts';
import { simulate } from '../../../src/sim/simulate.ts';
import type { Component } from '../../../src/sim/stepper/component.ts';
import { PhaseStepper } from '../../../src/sim/stepper/phase.ts';
import type { SteppedPhase } from '../../../src/sim/stepper/result.ts';
import type { ProjectionValues } from '../../../src/sim/stepper/values.ts';
import { rowChecksums } from '../../../src/trace/checksum.ts';
import { bitLinearsOf, phasesOf, rowsOf } from '../../../src/trace/layout.ts';
import type { Phase } from '../../../src/trace/operation.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { tinyTrace } from '../../trace/tiny.ts';
import { batches, machines, traces } from './machines.ts';
import { check } from './support.ts';

interface Outcome {
  readonly result: SteppedPhase;
  /** Accepted DRAM requests, in order of cycle and channel. */
  readonly requests: readonly string[];
}

/** Every phase of the trace, by the simulator. */
async function simulated(trace: Trace, machine: Machine, device: DramDevice): Promise<Outcome[]> {
  const requests: { cycle: number; line: string }[] = [];
  const { phases } = await simulate(trace, machine, device, {
    onRequest: (address, write, cycle) => requests.push({ cycle, line: `${write ? 'W' : 'R'} ${address}` }),
  });
  let begins = 0;
  return phases.map((result): Outcome => {
    const from = begins;
    begins += result.dramCycles;
    const own = requests.filter(({ cycle }) => cycle >= from && cycle < begins);
    return {
      result: comparable(result),
      requests: own.map(({ cycle, line }) => `${cycle - from} ${line}`),
    };
  });
}

function comparable(result: PhaseResult): SteppedPhase {
  const { timePs, cycles, dramCycles, firstStepPs, lastStepPs, components, operations } = result;
  const { arrayUtilisation, floatUtilisation, array } = result;
  const { computeCycles, readoutCycles, portStallCycles, multiplyAdds } = array;
  return {
    timePs,
    cycles,
    dramCycles,
    firstStepPs,
    lastStepPs,
    components,
    ledger: Object.fromEntries(result.ledger.map(({ id, count }) => [id, count])),
    dram: { ...result.dram },
    operations,
    arrayUtilisation,
    floatUtilisation,
    array: { computeCycles, readoutCycles, portStallCycles, multiplyAdds },
  };
}

/** The values of a phase, and room for its sums. */
async function valuesOf(trace: Trace, phase: Phase): Promise<Map<string, ProjectionValues>> {
  const values = new Map<string, ProjectionValues>();
  const rows = rowsOf(trace.manifest.phases[phase]!);
  for (const { name, out } of bitLinearsOf(trace.manifest)) {
    const { codes, bytesPerRow } = await trace.readTrits(name);
    const { activations } = await trace.readRows(phase, name, 0, rows);
    const trit = (output: number, input: number): number =>
      ((codes[output * bytesPerRow + (input >> 2)]! >> (2 * (input % 4))) & 3) - 1;
    values.set(name, { activations, trit, sums: new Int32Array(rows * out) });
  }
  return values;
}

/** Steps a phase; its sums must be those whose checksums the trace has. */
async function stepped(
  trace: Trace,
  machine: Machine,
  device: DramDevice,
  phase: Phase,
  order?: (components: readonly Component[]) => readonly Component[],
): Promise<Outcome> {
  const { manifest } = trace;
  const values =
    manifest.origin === 'recorded' ? await valuesOf(trace, phase) : new Map<string, ProjectionValues>();
  const accepted: { cycle: number; channel: number; line: string }[] = [];
  const { channels, interleaveBytes, controller } = machine.dram;
  const { busBits, burstLength } = device.organisation;
  const stepper = new PhaseStepper(
    manifest,
    machine,
    device,
    policyOf(controller),
    planTrace(manifest, machine),
    {
      values,
      ...(order === undefined ? {} : { order }),
      onAccept: (cycle, channel, write, burst) => {
        const local = (burst * busBits * burstLength) / 8;
        const chunk = Math.floor(local / interleaveBytes) * channels + channel;
        const address = chunk * interleaveBytes + (local % interleaveBytes);
        accepted.push({ cycle, channel, line: `${cycle} ${write ? 'W' : 'R'} ${address}` });
      },
    },
  );
  const result = stepper.run(phase);
  const rows = rowsOf(manifest.phases[phase]!);
  for (const [name, { sums }] of values) {
    const { checksums } = await trace.readRows(phase, name, 0, rows);
    expect(rowChecksums(sums, rows), name).toEqual(checksums);
  }
  const sorted = accepted.toSorted((a, b) => a.cycle - b.cycle || a.channel - b.channel);
  return { result, requests: sorted.map(({ line }) => line) };
}

async function allStepped(trace: Trace, machine: Machine, device: DramDevice): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [phase] of phasesOf(trace.manifest)) outcomes.push(await stepped(trace, machine, device, phase));
  return outcomes;
}

const lpddr4 = loadDevice('LPDDR4-3200');

describe.each(['test-tiny', 'test-tiny-fp16', 'test-tiny-int8', 'test-tiny-int4'])(
  'the tiny trace on %s',
  (name) => {
    test('agrees in every time, count, request and sum', async () => {
      const [trace, machine] = [await tinyTrace({ decode: 2 }), await loadMachine(name)];
      expect(await allStepped(trace, machine, lpddr4)).toEqual(await simulated(trace, machine, lpddr4));
    });
  },
);

describe('random machines on random models', () => {
  test('agree in every time, count, request and sum', async () => {
    let compared = 0;
    await check(fc.tuple(machines, traces), 90, async ([{ machine, device }, options]) => {
      const trace = await tinyTrace(options);
      if (!fits(trace, machine)) return;
      expect(await allStepped(trace, machine, device)).toEqual(await simulated(trace, machine, device));
      compared++;
    });
    expect(compared).toBeGreaterThan(60);
  });

  test('agree on sequences side by side that find keys in the cache, without values', async () => {
    await check(fc.tuple(machines, traces, batches), 30, async ([{ machine, device }, { shape }, record]) => {
      const { manifest, ...rest } = await tinyTrace({ shape: shape!, prompt: 1, decode: 0 });
      const phases = { decode: { ...record, ids: [] } };
      const trace: Trace = { ...rest, manifest: { ...manifest, origin: 'synthesized', phases } };
      if (!fits(trace, machine)) return;
      expect(await allStepped(trace, machine, device)).toEqual(await simulated(trace, machine, device));
    });
  });

  test('the order in which components are visited changes nothing', async () => {
    const keys = fc.array(fc.nat(1e6), { minLength: 8, maxLength: 8 });
    await check(fc.tuple(machines, traces, keys), 20, async ([{ machine, device }, options, key]) => {
      const trace = await tinyTrace(options);
      if (!fits(trace, machine)) return;
      const shuffled = (components: readonly Component[]): Component[] =>
        components
          .map((component, i) => ({ component, key: key[i]! }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ component }) => component);
      const permuted = await stepped(trace, machine, device, 'prefill', shuffled);
      expect(permuted).toEqual(await stepped(trace, machine, device, 'prefill'));
    });
  });
});

/** Whether the mapping finds tiles; small buffers may hold none. */
function fits(trace: Trace, machine: Machine): boolean {
  try {
    planTrace(trace.manifest, machine);
    return true;
  } catch (error) {
    if (error instanceof TritsimError && error.code.startsWith('MAPPING_')) return false;
    throw error;
  }
}
