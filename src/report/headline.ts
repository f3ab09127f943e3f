/**
 * The numbers that a run is read for, phase by phase, as rows of text: the terminal and the HTML page print the same
 * ones. Times, rates and energies carry their units; ratios are baseline ÷ machine, above 1 where the machine is better.
 */
import type { Run, RunPhase, RunRatios } from '../analysis/run.ts';
import {
  formatCount,
  formatEnergy,
  formatPercent,
  formatPower,
  formatSignificant,
  formatTime,
} from '../units/format.ts';
import {
  COMPONENT_LABELS,
  COMPONENT_ORDER,
  componentEnergy,
  machinesOf,
  type PhaseName,
  PHASES,
} from './components.ts';

export interface HeadlineValue {
  readonly value: string;
  /** Part of the whole that the row belongs to: of the energy, or of the time for the bottleneck and the array's waits. */
  readonly share?: string;
}

export interface HeadlineRow {
  readonly label: string;
  /** Whether the row is a part of the one above it. */
  readonly part: boolean;
  /** One per machine of the section. */
  readonly values: readonly HeadlineValue[];
  readonly ratio?: number;
}

export interface HeadlineSection {
  readonly phase: PhaseName;
  /** `64 tokens in 1 step`, with the batch where it is more than one sequence. */
  readonly extent: string;
  readonly machines: readonly string[];
  readonly rows: readonly HeadlineRow[];
}

/** A section per phase of the run: time, rate, energy per token by component, bottleneck, utilisation. */
export function headline(run: Run): readonly HeadlineSection[] {
  return PHASES.filter((name) => run.phases[name] !== undefined).map((name) => {
    const machines = machinesOf(run).filter(({ run: { phases } }) => phases[name] !== undefined);
    const phases = machines.map(({ run: machine }) => machine.phases[name]!);
    return {
      phase: name,
      extent: extentOf(phases[0]!),
      machines: machines.map(({ run: { machine } }) => machine.name),
      rows: rowsOf(phases, run.comparison?.[name]),
    };
  });
}

function rowsOf(phases: readonly RunPhase[], comparison?: RunRatios) {
  const row = (label: string, value: (phase: RunPhase) => HeadlineValue, ratio?: number): HeadlineRow => ({
    label,
    part: false,
    values: phases.map(value),
    ...(ratio !== undefined && { ratio }),
  });
  const components = COMPONENT_ORDER.filter((name) =>
    phases.some((phase) => componentEnergy(phase, name) > 0),
  );
  return [
    row('time', (phase) => ({ value: formatTime(phase.time_s) }), comparison?.speedup),
    row('tokens/s', (phase) => ({ value: formatRate(phase.tokens / phase.time_s) })),
    row(
      'energy per token',
      (phase) => ({ value: formatEnergy(phase.energy_J / phase.tokens) }),
      comparison?.energy_ratio,
    ),
    {
      label: 'low to high',
      part: true,
      values: phases.map(({ energy_low_J: low, energy_high_J: high, tokens }) => ({
        value: `${formatEnergy(low / tokens)} to ${formatEnergy(high / tokens)}`,
      })),
    },
    ...components.map((name): HeadlineRow => {
      const energies = phases.map((phase) => componentEnergy(phase, name) / phase.tokens);
      const [own = 0, other = 0] = energies;
      return {
        label: COMPONENT_LABELS[name],
        part: true,
        values: energies.map((energy, i) => ({
          value: formatEnergy(energy),
          share: formatPercent((energy * phases[i]!.tokens) / phases[i]!.energy_J),
        })),
        ...(own > 0 && other > 0 && { ratio: other / own }),
      };
    }),
    row('power', ({ efficiency }) => ({ value: formatPower(efficiency.power_W.typical) })),
    row('TOPS/W', ({ efficiency }) => ({ value: formatSignificant(efficiency.tops_per_W.typical) })),
    row('TOPS/mm2', ({ efficiency }) => ({ value: formatSignificant(efficiency.tops_per_mm2.typical) })),
    row(
      'energy × delay',
      ({ efficiency }) => ({ value: `${formatEnergy(efficiency.edp_Js.typical)}·s` }),
      comparison?.edp_ratio,
    ),
    row('bottleneck', (phase) => {
      const busy = phase.components.find((component) => component.name === phase.bottleneck)?.time_s ?? 0;
      return { value: COMPONENT_LABELS[phase.bottleneck], share: formatPercent(busy / phase.time_s) };
    }),
    ...(phases.every(({ array_stalls_s: stalls }) => stalls !== undefined)
      ? [row('array waits for', (phase) => longestStall(phase))]
      : []),
    row('array utilisation', (phase) => ({ value: formatPercent(phase.array_utilisation) })),
    row('dense equivalent', (phase) => ({ value: formatPercent(phase.dense_equivalent) })),
    row('float unit utilisation', (phase) => ({ value: formatPercent(phase.float_utilisation) })),
  ];
}

/** What the array waited for longest, and the part of the phase's time that it did. */
function longestStall({ array_stalls_s: stalls, time_s: time }: RunPhase): HeadlineValue {
  const [[cause, seconds]] = Object.entries(stalls!).toSorted(([, a], [, b]) => b - a) as [[string, number]];
  return { value: cause === 'kv' ? 'KV cache' : cause, share: formatPercent(seconds / time) };
}

function extentOf({ tokens, steps, batch }: RunPhase): string {
  const extent = `${plural(tokens, 'token')} in ${plural(steps, 'step')}`;
  return batch === 1 ? extent : `${extent}, batch ${formatCount(batch)}`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1,660` a second; below a thousand three digits. */
export function formatRate(perSecond: number): string {
  return perSecond >= 1000 ? formatCount(Math.round(perSecond)) : formatSignificant(perSecond);
}
