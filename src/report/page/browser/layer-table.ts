/** The table of operations: sorts by any column, filters by text and by kind. */
import { formatBytes, formatCount, formatPercent, formatTime } from '../../../units/format.ts';
import { PHASE_LABELS } from '../../components.ts';
import type { OperationColumns } from '../page-data.ts';
import { byId, make } from './dom.ts';
import type { State } from './state.ts';

interface ColumnOfOperations {
  readonly title: string;
  readonly key: (operation: OperationColumns, state: State) => string | number;
  readonly show: (operation: OperationColumns, state: State) => string;
  readonly numeric: boolean;
}

const COLUMNS: readonly ColumnOfOperations[] = [
  {
    title: 'Layer',
    key: ([, , layer]) => layer ?? Infinity,
    show: ([, , layer]) => (layer === null ? '–' : String(layer)),
    numeric: true,
  },
  {
    title: 'Operation',
    key: ([name], state) => state.text(name),
    show: ([name], state) => state.text(name),
    numeric: false,
  },
  {
    title: 'Kind',
    key: ([, kind], state) => state.text(kind),
    show: ([, kind], state) => state.text(kind),
    numeric: false,
  },
  {
    title: 'Time',
    key: (operation) => operation[3],
    show: (operation) => formatTime(operation[3]),
    numeric: true,
  },
  {
    title: 'Of the time',
    key: (operation) => operation[3],
    show: (operation, state) => formatPercent(operation[3] / state.shownPhase!.time_s),
    numeric: true,
  },
  {
    title: 'Busy cycles',
    key: (operation) => operation[4],
    show: (operation) => formatCount(operation[4]),
    numeric: true,
  },
  {
    title: 'Multiply-adds',
    key: (operation) => operation[5],
    show: (operation) => formatCount(operation[5]),
    numeric: true,
  },
  {
    title: 'Read from DRAM',
    key: (operation) => operation[6],
    show: (operation) => formatBytes(operation[6]),
    numeric: true,
  },
  {
    title: 'Written',
    key: (operation) => operation[7],
    show: (operation) => formatBytes(operation[7]),
    numeric: true,
  },
];

/** Fills the section and keeps it in step with the choice. */
export function startLayerTable(state: State): void {
  const text = byId<HTMLInputElement>('layer-text');
  const kind = byId<HTMLSelectElement>('layer-kind');
  const body = make('tbody');
  let sorted: { column: number; down: boolean } | undefined;
  const heads = COLUMNS.map(({ title, numeric }, column) => {
    const button = make('button', { type: 'button', class: 'sort' }, title);
    button.addEventListener('click', () => {
      sorted = sorted?.column === column ? { column, down: !sorted.down } : { column, down: numeric };
      show();
    });
    return make('th', { scope: 'col', class: numeric ? undefined : 'text' }, button);
  });
  const caption = make('caption');
  byId('layer-table').replaceChildren(caption, make('thead', {}, make('tr', {}, ...heads)), body);

  const show = (): void => {
    const operations = state.shownPhase?.operations ?? [];
    const words = text.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const chosen = operations.filter((operation) => {
      const line = `${state.text(operation[0])} ${state.text(operation[1])}`.toLowerCase();
      const ofKind = kind.value === '' || state.text(operation[1]) === kind.value;
      return ofKind && words.every((word) => line.includes(word));
    });
    if (sorted !== undefined) sortBy(chosen, COLUMNS[sorted.column]!, sorted.down, state);
    heads.forEach((head, column) => {
      head.setAttribute(
        'aria-sort',
        sorted?.column !== column ? 'none' : sorted.down ? 'descending' : 'ascending',
      );
    });
    const time = chosen.reduce((sum, operation) => sum + operation[3], 0);
    byId('layer-count').textContent =
      `${chosen.length} of ${operations.length} operations, ${formatTime(time)}`;
    caption.textContent = `Operations of ${state.shown.label}, ${PHASE_LABELS[state.phase].toLowerCase()}, summed over its steps`;
    body.replaceChildren(...chosen.map((operation) => rowOf(operation, state)));
  };
  const kinds = new Set(state.data.machines.flatMap(({ phases }) => Object.values(phases)).flatMap(({ operations }) => operations.map((operation) => state.text(operation[1])))); // prettier-ignore
  kind.append(...[...kinds].map((name) => make('option', { value: name }, name)));
  text.addEventListener('input', show);
  kind.addEventListener('change', show);
  state.watch(show);
}

function sortBy(
  operations: OperationColumns[],
  { key }: ColumnOfOperations,
  down: boolean,
  state: State,
): void {
  operations.sort((a, b) => {
    const [x, y] = [key(a, state), key(b, state)];
    const order = x < y ? -1 : x > y ? 1 : 0;
    return down ? -order : order;
  });
}

function rowOf(operation: OperationColumns, state: State): HTMLTableRowElement {
  const row = make('tr');
  for (const [i, { show, numeric }] of COLUMNS.entries()) {
    const cell = show(operation, state);
    row.append(i === 1 ? make('th', { scope: 'row', class: 'text' }, cell) : make('td', { class: numeric ? undefined : 'text' }, cell)); // prettier-ignore
  }
  return row;
}
