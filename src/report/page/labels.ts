/** The machines of several runs side by side, each under a name of its own. */
import type { Run } from '../../analysis/run.ts';
import { machinesOf, type RoledMachine } from '../components.ts';

export interface LabelledMachine extends RoledMachine {
  /** The machine's name; with the number of the run behind it where another one has the same name. */
  readonly label: string;
  readonly of: Run;
}

/** Machines in the order of the runs, each run's machine before its baseline. */
export function labelledMachines(runs: readonly Run[]): readonly LabelledMachine[] {
  const machines = runs.flatMap((of, i) => machinesOf(of).map((roled) => ({ ...roled, of, number: i + 1 })));
  const names = machines.map(({ run: { machine } }) => machine.name);
  return machines.map(({ number, ...rest }) => {
    const { name } = rest.run.machine;
    const alone = names.filter((other) => other === name).length === 1;
    return { ...rest, label: alone ? name : `${name} (run ${number})` };
  });
}
