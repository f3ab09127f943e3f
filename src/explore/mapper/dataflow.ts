/** The dataflows that a machine's array could run with, one for a whole run. */
import type { ArrayConfig, Machine, SystolicDataflow } from '../../hardware/machine.ts';
import { machineHash } from '../../hardware/resolve.ts';

/** The machine as it is first, then with each other dataflow of its kind of array. */
export function dataflowsOf(machine: Machine): Machine[] {
  const { array } = machine;
  if (!('dataflow' in array)) return [machine];
  const others: ArrayConfig[] =
    'preload' in array
      ? SYSTOLIC.filter((dataflow) => dataflow !== array.dataflow).map((dataflow) => ({ ...array, dataflow }))
      : TREES.filter((dataflow) => dataflow !== array.dataflow).map((dataflow) => ({ ...array, dataflow }));
  return [machine, ...others.map((other) => withArray(machine, other))];
}

export function dataflowOf({ array }: Machine): SystolicDataflow | null {
  return 'dataflow' in array ? array.dataflow : null;
}

const TREES = ['weight-stationary', 'output-stationary'] as const;
const SYSTOLIC = [...TREES, 'input-stationary'] as const;

function withArray(machine: Machine, array: ArrayConfig): Machine {
  const { name, description, hash: _hash, sources, ...physical } = { ...machine, array };
  return { name, description, hash: machineHash(physical), ...physical, sources };
}
