/** The machines of several runs side by side, each under a name of its own. */
import type { Run } from '../analysis/run.ts';
import { machinesOf, type RoledMachine } from './components.ts';
import { fitText, textWidth } from './figures/theme.ts';

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

/** A label in `width` points: where it is cut, the number of its run stays. */
export function fitLabel(label: string, size: number, width: number): string {
  const number = / \(run \d+\)$/.exec(label)?.[0] ?? '';
  const name = label.slice(0, label.length - number.length);
  return fitText(name, size, width - textWidth(number, size)) + number;
}

/** What the numbers of runs mean, as a sentence after others; empty where no label has one. */
export function runNumbersNote(runs: readonly Run[]): string {
  const numbered = labelledMachines(runs).some(({ label, run }) => label !== run.machine.name);
  const traces = runs.map(({ trace }, i) => `run ${i + 1} of ${trace.name}`);
  return numbered ? ` Runs as they were given: ${traces.join(', ')}.` : '';
}
