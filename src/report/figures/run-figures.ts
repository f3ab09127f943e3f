/** The figures that every run gets, in the order of the report. */
import type { Run } from '../../analysis/run.ts';
import { energyByComponent } from './energy-by-component.ts';
import type { Figure } from './figure.ts';
import { timeByOperation } from './time-by-operation.ts';

export function runFigures(run: Run): readonly Figure[] {
  return [energyByComponent([run]), timeByOperation(run)];
}
