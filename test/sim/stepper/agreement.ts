/** One phase by the simulator and by the stepper: times, counts, DRAM requests and sums, in a form that can be compared. */
import { expect } from 'vitest';
import { TritsimError } from '../../../src/errors/error.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import { countNonzeros } from '../../../src/mapping/nonzeros.ts';
import { planTrace, type Plan } from '../../../src/mapping/plan.ts';
import { tileTrace } from '../../../src/mapping/tile-trace.ts';
import type { DramDevice } from '../../../src/sim/dram/device.ts';
import { policyOf } from '../../../src/sim/dram/policy.ts';
import type { PhaseResult } from '../../../src/sim/result.ts';
import { simulate } from '../../../src/sim/simulate.ts';
import type { Order } from '../../../src/sim/stepper/assembly.ts';
import { PhaseStepper } from '../../../src/sim/stepper/phase.ts';
import type { SteppedPhase } from '../../../src/sim/stepper/result.ts';
import type { PhaseValues, ProjectionValues } from '../../../src/sim/stepper/values.ts';
import { rowChecksums } from '../../../src/trace/checksum.ts';
import { bitLinearsOf, phasesOf, rowsOf } from '../../../src/trace/layout.ts';
import type { Phase } from '../../../src/trace/operation.ts';
import type { Trace } from '../../../src/trace/trace.ts';

export interface Outcome {
  readonly result: SteppedPhase;
  /** Accepted DRAM requests, in order of cycle and channel. */
  readonly requests: readonly string[];
}

/** Every phase of the trace, by the simulator. */
export async function simulated(trace: Trace, machine: Machine, device: DramDevice): Promise<Outcome[]> {
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

/**
 * Values in the place of those that a synthesized trace lacks: activations that need all their bits, as a machine that looks
 * at bits must take them to be.
 */
function widestValues(trace: Trace, phase: Phase): PhaseValues {
  const rows = rowsOf(trace.manifest.phases[phase]!);
  const of = (inputs: number, out: number): ProjectionValues => ({
    activations: new Int8Array(rows * inputs).fill(-128),
    trit: () => 0,
    sums: new Int32Array(rows * out),
  });
  return new Map(bitLinearsOf(trace.manifest).map(({ name, in: inputs, out }) => [name, of(inputs, out)]));
}

/** The plan, with the trits counted where the size of packed weights follows from them. */
async function planOf(trace: Trace, machine: Machine): Promise<Plan> {
  const { manifest } = trace;
  const isCounted = machine.packing.dram === 'bitmap-sign' && manifest.origin === 'recorded';
  if (!isCounted) return planTrace(manifest, machine);
  return planTrace(manifest, machine, await countNonzeros(trace, tileTrace(manifest, machine).tilings));
}

/** Steps a phase; the sums of a recorded one must be those whose checksums the trace has. */
export async function stepped(
  trace: Trace,
  machine: Machine,
  device: DramDevice,
  phase: Phase,
  order?: Order,
): Promise<Outcome> {
  const { manifest } = trace;
  const isRecorded = manifest.origin === 'recorded';
  const values = isRecorded ? await valuesOf(trace, phase) : widestValues(trace, phase);
  const accepted: { cycle: number; channel: number; line: string }[] = [];
  const { channels, interleaveBytes, controller } = machine.dram;
  const { busBits, burstLength } = device.organisation;
  const stepper = new PhaseStepper(
    manifest,
    machine,
    device,
    policyOf(controller),
    await planOf(trace, machine),
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
  for (const [name, { sums }] of isRecorded ? values : []) {
    const { checksums } = await trace.readRows(phase, name, 0, rows);
    expect(rowChecksums(sums, rows), name).toEqual(checksums);
  }
  const sorted = accepted.toSorted((a, b) => a.cycle - b.cycle || a.channel - b.channel);
  return { result, requests: sorted.map(({ line }) => line) };
}

export async function allStepped(trace: Trace, machine: Machine, device: DramDevice): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [phase] of phasesOf(trace.manifest)) outcomes.push(await stepped(trace, machine, device, phase));
  return outcomes;
}

/** Whether the mapping finds tiles; small buffers may hold none. */
export function fits(trace: Trace, machine: Machine): boolean {
  try {
    tileTrace(trace.manifest, machine);
    return true;
  } catch (error) {
    if (error instanceof TritsimError && error.code.startsWith('MAPPING_')) return false;
    throw error;
  }
}
