/**
 * A small grid of designs on one trace, by the analytic estimate: arrays of several kinds, each at several sizes. Units: mm2, seconds.
 */
import { machineArea } from '../../energy/machine-area.ts';
import { arrayLanes, arrayShape, withShape } from '../../mapping/array-shape.ts';
import type { Trace } from '../../trace/trace.ts';
import { measure, type Bench } from '../measure.ts';
import { rehashed } from '../rehash.ts';

/** A design and its place between two objectives, both the smaller the better. */
export interface DesignRow {
  /** What designs of one series share. */
  readonly series: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

/** Designs with what they are judged by. */
export interface Designs {
  /** Objective and its unit: `Time per token`, `s`. */
  readonly x: Objective;
  readonly y: Objective;
  readonly rows: readonly DesignRow[];
  /** What the designs are and how they were evaluated: a sentence. */
  readonly note: string;
}

export interface Objective {
  readonly name: string;
  readonly unit: string;
}

/**
 * Area of the whole machine against time of a prompt's token, for arrays of the machines' kinds with their outputs multiplied by each of
 * `factors`. Sizes that the machine's other parts do not allow are left out.
 *
 * @param traceName what the note calls the trace: its own name may be a path
 */
export async function arrayDesigns(
  trace: Trace,
  traceName: string,
  benches: readonly Bench[],
  factors: readonly number[],
): Promise<Designs> {
  const rows: DesignRow[] = [];
  for (const { machine, device, prices } of benches) {
    const { inputs, outputs } = arrayShape(machine.array);
    for (const factor of factors) {
      if (!Number.isInteger(outputs * factor)) continue;
      const array = withShape(machine.array, { inputs, outputs: outputs * factor });
      const own = rehashed({ ...machine, array });
      const { prefill } = (await measure(trace, { machine: own, device, prices }, { fidelity: 'analytic' }))
        .phases;
      rows.push({
        series: machine.name,
        label: `${arrayLanes(array)} lanes`,
        x: machineArea(prices, own).total.amount,
        y: prefill!.time_s / prefill!.tokens,
      });
    }
  }
  return {
    x: { name: 'Area of the machine', unit: 'mm²' },
    y: { name: 'Prefill time per token', unit: 's' },
    rows,
    note: `The shipped machines with arrays of ${factors[0]} to ${factors.at(-1)} times their outputs on ${traceName}, estimated in closed form.`,
  };
}

/** The rows that no other row beats or equals in one objective without losing in the other; by ascending x. */
export function frontOf(rows: readonly DesignRow[]): DesignRow[] {
  const front: DesignRow[] = [];
  for (const row of rows.toSorted((a, b) => a.x - b.x || a.y - b.y)) {
    if (front.length === 0 || row.y < front.at(-1)!.y) front.push(row);
  }
  return front;
}
