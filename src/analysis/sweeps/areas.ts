/** Areas of machines by component. Units: mm2. */
import { machineArea } from '../../energy/machine-area.ts';
import type { Bench } from '../measure.ts';

export interface AreaRow {
  readonly machine: string;
  readonly component: string;
  readonly area_mm2: number;
  readonly low_mm2: number;
  readonly high_mm2: number;
}

/** One row for each part of the machine. @throws what `machineArea` throws */
export function areaRows({ machine, prices }: Bench): AreaRow[] {
  return machineArea(prices, machine).parts.map(({ name, area }) => ({
    machine: machine.name,
    component: name,
    area_mm2: area.amount,
    low_mm2: area.low,
    high_mm2: area.high,
  }));
}
