/** One machine on one trace: simulate, price, and put the result in the form of `run.json`. */
import type { MachineArea } from '../energy/machine-area.ts';
import { bookOf } from '../energy/price-book.ts';
import { citationText, type Price } from '../energy/price.ts';
import {
  ENERGY_COMPONENTS,
  priceSimulation,
  type EnergyAmount,
  type EnergyReport,
  type PhaseEnergy,
} from '../energy/report.ts';
import type { PriceTable } from '../energy/table.ts';
import { hashOf } from '../hardware/hash.ts';
import type { Machine } from '../hardware/machine.ts';
import { measureToggles, type TraceToggles } from '../sim/array/toggles/toggles.ts';
import type { DramDevice } from '../sim/dram/device.ts';
import { COMPONENTS } from '../sim/ledger.ts';
import { simulationNotModelled } from '../sim/not-modelled.ts';
import type { PhaseResult } from '../sim/result.ts';
import { simulate, type SimulateOptions } from '../sim/simulate.ts';
import type { Trace } from '../trace/trace.ts';
import { efficiencyOf } from './efficiency.ts';
import { partActions } from './part-actions.ts';
import type {
  ComponentName,
  MachineRun,
  RunArea,
  RunAreaPart,
  RunComponent,
  RunOperation,
  RunPhase,
  RunPhases,
  RunStalls,
} from './run.ts';

const SECONDS_PER_PS = 1e-12;

/** Everything that a machine needs to be measured. */
export interface Bench {
  readonly machine: Machine;
  readonly device: DramDevice;
  readonly prices: PriceTable;
}

/** How the bits of the array's operands are taken to toggle: as the prices are averaged, or as recorded. */
export const ACTIVITIES = ['average', 'real'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export interface MeasureOptions extends SimulateOptions {
  /** Absent: `average`. */
  readonly activity?: Activity;
}

/** A measured machine: what `run.json` holds of it, and its energy with whole prices, for comparisons. */
export interface Measurement {
  readonly bench: Bench;
  readonly run: MachineRun;
  readonly energy: EnergyReport;
}

/** @throws what `simulate`, `measureToggles` and `priceSimulation` throw */
export async function measure(trace: Trace, bench: Bench, options: MeasureOptions = {}): Promise<MachineRun> {
  return (await measureWhole(trace, bench, options)).run;
}

/** The same with what a comparison needs. @throws as `measure` */
export async function measureWhole(
  trace: Trace,
  bench: Bench,
  options: MeasureOptions = {},
): Promise<Measurement> {
  const { machine, device, prices } = bench;
  const { activity = 'average', ...simulation } = options;
  const toggles = activity === 'real' ? await measureToggles(trace, machine) : undefined;
  const result = await simulate(trace, machine, device, simulation);
  const energy = priceSimulation(result, machine, device, prices, toggles);
  const { area } = bookOf(prices).machine(machine);
  const counts: Record<string, Record<string, number>> = {};
  const phases: { -readonly [P in keyof RunPhases]: RunPhases[P] } = {};
  result.phases.forEach((phase, i) => {
    const priced = runPhase(phase, energy.phases[i]!, area.total);
    counts[phase.phase] = { ...countsOf(phase), ...toggledOf(toggles, phase) };
    if (phase.phase === 'prefill') phases.prefill = priced;
    else {
      const tokens = phase.batch * phase.steps;
      phases.decode = {
        ...priced,
        tokens_per_s: tokens / priced.time_s,
        energy_per_token_J: priced.energy_J / tokens,
      };
    }
  });
  const run: MachineRun = {
    fidelity: result.fidelity,
    activity,
    machine: { name: machine.name, hash: machine.hash, resolved: physicalOf(machine) },
    device: { name: device.name, hash: hashOf(device) },
    phases,
    area: runArea(area),
    counts,
    checks: { functional: result.functional, conservation: 'ok' },
    energy: energy.phases.flatMap(({ lines }) => lines),
    not_modelled: [
      ...simulationNotModelled(machine, trace.manifest.origin === 'recorded', result.fidelity),
      ...energy.notModelled,
    ],
  };
  return { bench, run, energy };
}

/** What the machine's hash covers. */
function physicalOf({
  name: _name,
  description: _description,
  hash: _hash,
  sources: _sources,
  ...physical
}: Machine): Readonly<Record<string, unknown>> {
  return physical;
}

function runArea({ parts, total }: MachineArea): RunArea {
  return {
    ...areaOf(total),
    parts: parts.map(({ name, area }): RunAreaPart => ({
      name,
      ...areaOf(area),
      grade: area.grade,
      price: area.rows.join(' + '),
      derivation: area.derivation,
      source: citationText(area.citations),
    })),
  };
}

function areaOf({ amount, low, high }: Price): Pick<RunArea, 'mm2' | 'low_mm2' | 'high_mm2'> {
  return { mm2: amount, low_mm2: low, high_mm2: high };
}

function runPhase(phase: PhaseResult, energy: PhaseEnergy, area: Price): RunPhase {
  const components = ENERGY_COMPONENTS.map((name): RunComponent => {
    const time = name === 'leakage' ? { busyPs: 0, exposedPs: 0 } : phase.components[name];
    return {
      name,
      time_s: time.busyPs * SECONDS_PER_PS,
      exposed_s: time.exposedPs * SECONDS_PER_PS,
      ...energyOf(energy.components[name]),
    };
  });
  const parts = partActions(phase, energy.lines);
  const multiplyAdds = phase.operations.reduce((sum, operation) => sum + operation.multiplyAdds, 0);
  return {
    tokens: phase.tokens,
    steps: phase.steps,
    batch: phase.batch,
    cycles: phase.cycles,
    dram_cycles: phase.dramCycles,
    time_s: phase.timePs * SECONDS_PER_PS,
    ...energyOf(energy),
    efficiency: efficiencyOf(energy, phase.timePs * SECONDS_PER_PS, multiplyAdds, area),
    first_step_s: phase.firstStepPs * SECONDS_PER_PS,
    last_step_s: phase.lastStepPs * SECONDS_PER_PS,
    array_utilisation: phase.arrayUtilisation,
    float_utilisation: phase.floatUtilisation,
    dense_equivalent: phase.array.denseEquivalent,
    mapping: {
      activations: phase.mapping.activations,
      stages: phase.mapping.stages,
      dram_bytes: phase.mapping.dramBytes,
    },
    bottleneck: bottleneckOf(phase),
    ...(phase.arrayStallsPs && { array_stalls_s: stallsOf(phase.arrayStallsPs) }),
    components,
    operations: phase.operations.map((operation): RunOperation => ({
      name: operation.name,
      kind: operation.kind,
      layer: operation.layer,
      time_s: operation.timePs * SECONDS_PER_PS,
      busy_cycles: operation.busyCycles,
      multiply_adds: operation.multiplyAdds,
      dram_read_bytes: operation.dramReadBytes,
      dram_write_bytes: operation.dramWriteBytes,
    })),
    ...(parts && { parts }),
  };
}

function energyOf({
  energyJ,
  lowJ,
  highJ,
}: EnergyAmount): Pick<RunComponent, 'energy_J' | 'energy_low_J' | 'energy_high_J'> {
  return { energy_J: energyJ, energy_low_J: lowJ, energy_high_J: highJ };
}

function stallsOf(stallsPs: NonNullable<PhaseResult['arrayStallsPs']>): RunStalls {
  const { weights, activations, output, kv, refresh, dependency } = stallsPs;
  return {
    weights: weights * SECONDS_PER_PS,
    activations: activations * SECONDS_PER_PS,
    output: output * SECONDS_PER_PS,
    kv: kv * SECONDS_PER_PS,
    refresh: refresh * SECONDS_PER_PS,
    dependency: dependency * SECONDS_PER_PS,
  };
}

/** The component that was busy longest; of equals the first of COMPONENTS. The DMA works as long as the DRAM does. */
function bottleneckOf({ components }: PhaseResult): ComponentName {
  return COMPONENTS.filter((name) => name !== 'dma').reduce((longest, name) =>
    components[name].busyPs > components[longest].busyPs ? name : longest,
  );
}

/** Toggled bits under the names of their energy lines. */
function toggledOf(toggles: TraceToggles | undefined, { phase }: PhaseResult): Record<string, number> {
  const bits = toggles?.phases.get(phase) ?? new Map<string, number>();
  return Object.fromEntries([...bits].map(([id, count]) => [`${id}.toggled`, count]));
}

/** All counts of a phase by name: the ledger's actions and the DRAM's commands. */
function countsOf({ ledger, dram }: PhaseResult): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(ledger.map(({ id, count }) => [id, count]));
  for (const [name, count] of Object.entries(dram)) counts[`dram.${name}`] = count;
  return counts;
}
