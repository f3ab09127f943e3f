/**
 * Two machines of equal area (contract: `--match area`): the baseline keeps its buffers, clock and packing, gets the
 * machine's DRAM and float unit, and its array is scaled until the areas of the whole machines agree within 1 %.
 *
 * An array is scaled in whole rows and columns (inputs by whole groups or windows). Of all shapes within 1 % the one nearest to the
 * baseline's own proportions is taken, of equals the one nearest in area: a machine is not to lose by a lopsided array.
 */
import { TritsimError } from '../errors/error.ts';
import { machineArea } from '../energy/machine-area.ts';
import type { PriceTable } from '../energy/table.ts';
import type { ArrayConfig, Machine } from '../hardware/machine.ts';
import { arrayShape, withShape, type ArrayShape } from '../mapping/array-shape.ts';
import { formatPercent, formatSignificant } from '../units/format.ts';
import { rehashed } from './rehash.ts';

/** The contract's: total areas agree within this part of the machine's. */
const TOLERANCE = 0.01;
/** Inputs and outputs that a scaled array may have at most: as far as an accumulator of 24 bits is known to hold. */
const MOST = 65_535;
const AREA_DIGITS = 4;

/** The price tables that the machines' areas are taken from. */
export interface AreaTables {
  readonly machine: PriceTable;
  readonly baseline: PriceTable;
}

/** An array and how far the whole machine's area with it is from the target: a part of it, with its sign. */
interface Candidate {
  readonly array: ArrayConfig;
  readonly off: number;
}

/** Arrays of one kind, by what they do to the whole machine's area. */
interface Scale {
  /** The baseline's own. */
  readonly own: ArrayShape;
  /** Inputs come in multiples of this. */
  readonly step: number;
  readonly at: (shape: ArrayShape) => Candidate;
}

/**
 * The baseline with its array scaled so that both machines have the same area.
 *
 * @throws MATCH_AREA where no array comes within 1 %, with the nearest; PRICE_… where a table lacks an area
 */
export function matchArea(machine: Machine, baseline: Machine, tables: AreaTables): Machine {
  const target = machineArea(tables.machine, machine).total.amount;
  const start: Machine = { ...baseline, dram: machine.dram, floatUnit: machine.floatUnit };
  const found = nearestProportions({
    own: arrayShape(start.array),
    step: stepOf(start.array),
    at: (shape) => {
      const array = withShape(start.array, shape);
      return { array, off: machineArea(tables.baseline, { ...start, array }).total.amount / target - 1 };
    },
  });
  if (isWithin(found)) return rehashed({ ...start, array: found.array });
  throw refusal(start, found, target);
}

/**
 * Of the arrays within tolerance the one nearest to the own proportions; where there is none the one nearest in area.
 *
 * Begins with the inputs that the own proportions have in the target's area and goes both ways. Area grows with inputs and
 * outputs, so what is further away has fewer outputs on one side and more on the other: a side ends when even one
 * output beyond the tolerance would be more skewed than what was found.
 */
function nearestProportions(scale: Scale): Candidate {
  const { own, step, at } = scale;
  const middle = Math.max(
    1,
    last((parts) => at(proportional(scale, parts * step)).off <= 0),
  );
  let best = at(proportional(scale, middle * step));
  for (const direction of [1, -1]) {
    for (let parts = middle; parts >= 1 && parts * step <= MOST; parts += direction) {
      const inputs = parts * step;
      const most = last((outputs) => at({ inputs, outputs }).off <= TOLERANCE);
      const least = 1 + last((outputs) => at({ inputs, outputs }).off < -TOLERANCE);
      const beyond = { inputs, outputs: direction > 0 ? most + 1 : least - 1 };
      if (isWithin(best) && direction * skew(beyond, own) > Math.abs(skew(arrayShape(best.array), own)))
        break;
      const ideal = (inputs * own.outputs) / own.inputs;
      for (const wanted of least > most ? [least, most] : [Math.floor(ideal), Math.ceil(ideal)]) {
        const outputs = least > most ? wanted : Math.min(Math.max(wanted, least), most);
        if (outputs >= 1) best = better(best, at({ inputs, outputs }), own);
      }
      if (direction > 0 && most === 0) break;
    }
  }
  return best;
}

/** The own proportions at other inputs, as near as whole outputs come. */
function proportional({ own }: Scale, inputs: number): ArrayShape {
  return { inputs, outputs: Math.max(1, Math.round((inputs * own.outputs) / own.inputs)) };
}

function better(a: Candidate, b: Candidate, own: ArrayShape): Candidate {
  const byArea = Math.abs(b.off) < Math.abs(a.off) ? b : a;
  if (!isWithin(a) || !isWithin(b)) return byArea;
  const [ofA, ofB] = [a, b].map(({ array }) => Math.abs(skew(arrayShape(array), own))) as [number, number];
  if (ofA === ofB) return byArea;
  return ofB < ofA ? b : a;
}

function isWithin({ off }: Candidate): boolean {
  return Math.abs(off) <= TOLERANCE;
}

/** The largest number up to MOST for which `holds`, as it does for all below; 0 where it does for none. */
function last(holds: (value: number) => boolean): number {
  if (holds(MOST)) return MOST;
  let [yes, no] = [0, MOST];
  while (no - yes > 1) {
    const middle = (yes + no) >> 1;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** Inputs of one group or window. */
function stepOf(array: ArrayConfig): number {
  if (array.kind === 'lut') return array.groupSize;
  return array.kind === 'zero-skip' ? array.window : 1;
}

/** How far proportions are from `own`: the logarithm of their ratio, above 0 where there are more inputs an output. */
function skew(shape: ArrayShape, own: ArrayShape): number {
  return Math.log((shape.inputs * own.outputs) / (shape.outputs * own.inputs));
}

function refusal({ name }: Machine, { array, off }: Candidate, target: number): TritsimError {
  const { inputs, outputs } = arrayShape(array);
  const area = `${formatSignificant(target * (1 + off), AREA_DIGITS)} mm2`;
  return new TritsimError('MATCH_AREA', "no array of the baseline's kind gives it the machine's area", {
    place: `${name}: array`,
    found: `nearest ${inputs} × ${outputs}: ${area}, ${formatPercent(off)} off`,
    allowed: [`${formatSignificant(target, AREA_DIGITS)} mm2 within ${formatPercent(TOLERANCE)}`],
    hint: 'Give the baseline other buffers, or compare with --match peak.',
  });
}
