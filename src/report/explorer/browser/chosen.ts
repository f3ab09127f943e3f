/** The chosen machine: its file, the command that simulates it, its report where there is one. */
import { announce, byId, make } from '../../page/browser/dom.ts';
import { machineText, type SectionTexts, simulateCommand } from '../machine-text.ts';
import { valueText } from './dimension.ts';
import type { Explorer, Shown } from './explorer.ts';

export function startChosen(explorer: Explorer): void {
  const [file, command] = [byId('machine-file'), byId('command')];
  const save = byId<HTMLAnchorElement>('save-file');
  byId('copy-file').addEventListener('click', () => copy(file, 'The file'));
  byId('copy-command').addEventListener('click', () => copy(command, 'The command'));
  explorer.watch(['chosen'], () => {
    const { chosen, data } = explorer;
    if (chosen === undefined) return;
    const { position } = chosen;
    const name = `point-${position}.yaml`;
    file.textContent = fileOf(explorer, chosen);
    command.textContent = simulateCommand(data.trace, name, `${data.runs}/${position}`);
    save.download = name;
    save.href = `data:application/yaml;charset=utf-8,${encodeURIComponent(file.textContent)}`;
    byId('chosen-what').textContent =
      `Point ${position} of ${data.space}: ${levelsText(explorer, chosen)}. Its machine's hash begins with ${chosen.columns[5]}, as tritsim hw check ${name} prints it.`;
    byId('chosen-report').replaceChildren(...reportOf(explorer, position));
    byId('chosen-note').textContent = noteOf(explorer, chosen);
  });
}

function fileOf(explorer: Explorer, { position, columns }: Shown): string {
  const { data } = explorer;
  const indices = columns[6];
  const sections = Array.from({ length: indices.length / 2 }, (_, i): SectionTexts => {
    return { values: explorer.text(indices[2 * i]!), sources: explorer.text(indices[2 * i + 1]!) };
  });
  const description = `Point ${position} of the space ${data.space}.`;
  return machineText(data.head, `${data.space}-${position}`, description, sections);
}

function levelsText({ data, dimensions }: Explorer, { values }: Shown): string {
  return data.axes
    .flatMap(({ name }, i) => (values[i]! < 0 ? [] : [`${name} ${valueText(dimensions[i]!, values[i]!)}`]))
    .join(', ');
}

function reportOf({ data }: Explorer, position: number): (Node | string)[] {
  const address = data.reports[position];
  return address === undefined
    ? [`No report of it was there when this page was made; the command below writes one.`]
    : [make('a', { href: address }, `Open the report of point ${position}`)];
}

function noteOf(explorer: Explorer, { columns }: Shown): string {
  const work = explorer.data.workloads.map(({ name, what }) => `${name} (${what})`).join(' and ');
  return `Put the path of the trace in place of its name. The values on this page are of ${work}, fidelity ${explorer.text(columns[3])}; tritsim simulate runs the phases that the trace holds, cycle by cycle.`;
}

/** Where the browser keeps the clipboard from a page, the text is selected for its own key. */
async function copy(element: HTMLElement, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? '');
    announce(`${what} is copied`);
  } catch {
    getSelection()?.selectAllChildren(element);
    announce(`${what} is selected: copy it with the keyboard`);
  }
}
