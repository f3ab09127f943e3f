/**
 * What a phase's energy, time and work come to for each other:
 *
 *   power = energy ÷ time
 *   TOPS/W = operations ÷ energy (a tera-operation a joule); an operation is a multiplication or an addition, so that each
 *     multiply-add or select-add is two, zeros included, of projections, attention and head
 *   TOPS/mm2 = operations ÷ (time × area of the machine)
 *   energy-delay product = energy × time
 *
 * Bands: where energy is low, power and the energy-delay product are low, TOPS/W is high; where the area is low, TOPS/mm2
 * is high. Vector operations are no operations here, as in the figures that accelerators are compared by.
 */
import type { EnergyAmount } from '../energy/report.ts';
import type { Price } from '../energy/price.ts';

const OPERATIONS_PER_MULTIPLY_ADD = 2;
const TERA = 1e12;

export interface Band {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

export interface Efficiency {
  readonly power_W: Band;
  readonly tops_per_W: Band;
  readonly tops_per_mm2: Band;
  readonly edp_Js: Band;
}

/** @param area of the machine, mm2 */
export function efficiencyOf(
  { energyJ, lowJ, highJ }: EnergyAmount,
  timeS: number,
  multiplyAdds: number,
  area: Pick<Price, 'amount' | 'low' | 'high'>,
): Efficiency {
  const energy: Band = { low: lowJ, typical: energyJ, high: highJ };
  const mm2: Band = { low: area.low, typical: area.amount, high: area.high };
  const tera = (OPERATIONS_PER_MULTIPLY_ADD * multiplyAdds) / TERA;
  return {
    power_W: mapBand(energy, (joules) => joules / timeS),
    tops_per_W: inverseBand(energy, (joules) => tera / joules),
    tops_per_mm2: inverseBand(mm2, (each) => tera / timeS / each),
    edp_Js: mapBand(energy, (joules) => joules * timeS),
  };
}

function mapBand({ low, typical, high }: Band, calculate: (value: number) => number): Band {
  return { low: calculate(low), typical: calculate(typical), high: calculate(high) };
}

function inverseBand({ low, typical, high }: Band, calculate: (value: number) => number): Band {
  return { low: calculate(high), typical: calculate(typical), high: calculate(low) };
}
