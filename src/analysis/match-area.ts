/**
 * Two machines of equal area (contract: `--match area`): the baseline keeps its buffers, clock and packing, gets the
 * machine's DRAM and float unit, and its array is scaled until the areas of the whole machines agree within 1 %.
 *
 * An array is scaled in whole rows and columns. Its outputs are changed first, at the inputs that it has; where no whole
 * number of outputs comes within 1 %, inputs change too (by whole groups or windows), and of all shapes within 1 % the one
 * nearest to the baseline's proportions is taken, of equals the one nearest in area.
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

/** An array shape and the whole machine's area with it, mm2. */
interface Candidate {
  readonly array: ArrayConfig;
  readonly mm2: number;
}

/**
 * The baseline with its array scaled so that both machines have the same area.
 *
 * @throws MATCH_AREA where no array comes within 1 %, with the nearest; PRICE_… where a table lacks an area
 */
export function matchArea(machine: Machine, baseline: Machine, tables: AreaTables): Machine {
  const target = machineArea(tables.machine, machine).total.amount;
  const start: Machine = { ...baseline, dram: machine.dram, floatUnit: machine.floatUnit };
  const areaOf = (array: ArrayConfig): number =>
    machineArea(tables.baseline, { ...start, array }).total.amount;
  const deviation = ({ mm2 }: Candidate): number => Math.abs(mm2 / target - 1);
  const shape = arrayShape(start.array);
  let nearest = around(start.array, shape.inputs, target, areaOf).reduce(closer(deviation));
  if (deviation(nearest) > TOLERANCE) {
    const others = inputsOf(start.array, shape, target, areaOf).flatMap((inputs) =>
      around(start.array, inputs, target, areaOf),
    );
    nearest = others.reduce(closer(deviation), nearest);
    const within = others.filter((each) => deviation(each) <= TOLERANCE);
    if (within.length > 0) {
      const byArea = closer(deviation);
      nearest = within.reduce((a, b) => {
        const [ofA, ofB] = [skew(a.array, shape), skew(b.array, shape)];
        return ofA === ofB ? byArea(a, b) : ofB < ofA ? b : a;
      });
    }
  }
  if (deviation(nearest) <= TOLERANCE) return rehashed({ ...start, array: nearest.array });
  throw refusal(start, nearest, target);
}

/** The two numbers of outputs whose areas enclose `target`; the smallest array where even that is larger. */
function around(
  array: ArrayConfig,
  inputs: number,
  target: number,
  areaOf: (array: ArrayConfig) => number,
): Candidate[] {
  const at = (outputs: number): Candidate => {
    const scaled = withShape(array, { inputs, outputs });
    return { array: scaled, mm2: areaOf(scaled) };
  };
  let [below, above] = [1, MOST];
  if (at(below).mm2 >= target) return [at(below)];
  if (at(above).mm2 <= target) return [at(above)];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (at(middle).mm2 <= target) below = middle;
    else above = middle;
  }
  return [at(below), at(above)];
}

/** Inputs that the array can have, in steps of its groups, up to those of a single output in the target's area. */
function inputsOf(
  array: ArrayConfig,
  { inputs }: ArrayShape,
  target: number,
  areaOf: (array: ArrayConfig) => number,
): number[] {
  const step = array.kind === 'lut' ? array.groupSize : array.kind === 'zero-skip' ? array.window : 1;
  const found: number[] = [];
  for (let each = step; each <= inputs * 2; each += step) {
    found.push(each);
    if (areaOf(withShape(array, { inputs: each, outputs: 1 })) > target) break;
  }
  return found;
}

/** How far an array's proportions are from `shape`'s: the logarithm of their ratio. */
function skew(array: ArrayConfig, shape: ArrayShape): number {
  const own = arrayShape(array);
  return Math.abs(Math.log((own.inputs * shape.outputs) / (own.outputs * shape.inputs)));
}

function closer(deviation: (candidate: Candidate) => number) {
  return (a: Candidate, b: Candidate): Candidate => (deviation(b) < deviation(a) ? b : a);
}

function refusal({ name }: Machine, { array, mm2 }: Candidate, target: number): TritsimError {
  const { inputs, outputs } = arrayShape(array);
  const area = `${formatSignificant(mm2, AREA_DIGITS)} mm2`;
  return new TritsimError('MATCH_AREA', "no array of the baseline's kind gives it the machine's area", {
    place: `${name}: array`,
    found: `nearest ${inputs} × ${outputs}: ${area}, ${formatPercent(mm2 / target - 1)} off`,
    allowed: [`${formatSignificant(target, AREA_DIGITS)} mm2 within ${formatPercent(TOLERANCE)}`],
    hint: 'Give the baseline other buffers, or compare with --match peak.',
  });
}
