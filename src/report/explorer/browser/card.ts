/** The machine that is pointed at, or else chosen: its levels, its objectives, what each workload takes on it. */
import { formatCount, formatEnergy, formatPercent, formatTime } from '../../../units/format.ts';
import { COMPONENT_LABELS } from '../../components.ts';
import { byId, make } from '../../page/browser/dom.ts';
import type { WorkloadColumns } from '../page-data.ts';
import { valueText } from './dimension.ts';
import type { Explorer, Shown } from './explorer.ts';

export function startCard(explorer: Explorer): void {
  explorer.watch(['pointed', 'chosen'], () => {
    const shown = explorer.pointed ?? explorer.chosen;
    byId('card').replaceChildren(...(shown === undefined ? [] : cardOf(explorer, shown)));
  });
}

/** What a machine is beside its levels: on the front, the knee. */
export function standingOf({ data }: Explorer, { front, position }: Shown): string {
  return position === data.knee ? 'knee' : front ? 'front' : '';
}

function cardOf(explorer: Explorer, shown: Shown): HTMLElement[] {
  const { dimensions } = explorer;
  const standing = standingOf(explorer, shown);
  const marks = [standing, shown === explorer.chosen ? 'chosen' : ''].filter((mark) => mark !== '');
  return [
    make('h3', {}, `Point ${shown.position}`, ...marks.map((mark) => make('span', { class: 'badge' }, mark))),
    make(
      'dl',
      {},
      ...dimensions.flatMap((dimension, i) => {
        const value = shown.values[i]!;
        const unit = dimension.unit === '' ? '' : ` ${dimension.unit}`;
        return [make('dt', {}, dimension.title), make('dd', {}, `${valueText(dimension, value)}${unit}`)];
      }),
      make('dt', {}, 'How evaluated'),
      make('dd', {}, explorer.text(shown.columns[3])),
    ),
    make('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'By workload' }, workloadTable(explorer, shown)), // prettier-ignore
  ];
}

function workloadTable({ data }: Explorer, { columns }: Shown): HTMLTableElement {
  const { texts } = data;
  const own = columns[7];
  const rows: readonly (readonly [string, (of: WorkloadColumns, workload: number) => string])[] = [
    ['Time', ([time]) => formatTime(time)],
    ['Time per token', ([time], i) => perToken(time, data.workloads[i]!.steps, formatTime)],
    ['Energy', ([, energy]) => formatEnergy(energy)],
    ['Energy per token', ([, energy], i) => perToken(energy, data.workloads[i]!.tokens, formatEnergy)],
    ['Cycles', ([, , cycles]) => formatCount(cycles)],
    ['Array busy', ([, , , part]) => formatPercent(part)],
    ['Busy longest', ([, , , , name]) => labelOf(texts[name]!)],
  ];
  return make(
    'table',
    {},
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        make('th', { scope: 'col' }, 'Workload'),
        ...data.workloads.map(({ name, what }) => make('th', { scope: 'col', title: what }, name)),
      ),
    ),
    make(
      'tbody',
      {},
      ...rows.map(([name, text]) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, name),
          ...own.map((workload, i) => make('td', {}, text(workload, i))),
        ),
      ),
    ),
  );
}

function perToken(value: number, tokens: number, format: (value: number) => string): string {
  return tokens === 0 ? '–' : format(value / tokens);
}

function labelOf(component: string): string {
  return COMPONENT_LABELS[component as keyof typeof COMPONENT_LABELS] ?? component;
}
