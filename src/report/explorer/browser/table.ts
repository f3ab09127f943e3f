/** The machines within the ranges as a table: those of the front first, or sorted by a column. */
import { byId, make } from '../../page/browser/dom.ts';
import { standingOf } from './card.ts';
import { titleText, valueText } from './dimension.ts';
import type { Explorer, Shown } from './explorer.ts';

const [FIRST, MORE] = [50, 200];

interface ColumnOfMachines {
  readonly title: string;
  readonly numeric: boolean;
  readonly key: (shown: Shown) => number;
  readonly cell: (shown: Shown) => HTMLTableCellElement;
}

export function startTable(explorer: Explorer): void {
  const columns = columnsOf(explorer);
  const body = make('tbody');
  const more = byId('more');
  let sorted: { column: number; down: boolean } | undefined;
  let limit = FIRST;
  const heads = columns.map(({ title, numeric }, column) => {
    const button = make('button', { type: 'button', class: 'sort' }, title);
    button.addEventListener('click', () => {
      sorted = sorted?.column === column ? { column, down: !sorted.down } : { column, down: false };
      show();
    });
    return make('th', { scope: 'col', class: numeric ? undefined : 'text' }, button);
  });
  byId('machine-table').replaceChildren(
    make('caption', {}, 'Machines within the ranges'),
    make('thead', {}, make('tr', {}, ...heads)),
    body,
  );

  const show = (): void => {
    const rows = inOrder(explorer.kept, columns, sorted);
    heads.forEach((head, column) => {
      const direction = sorted?.down === true ? 'descending' : 'ascending';
      head.setAttribute('aria-sort', sorted?.column === column ? direction : 'none');
    });
    body.replaceChildren(...rows.slice(0, limit).map((shown) => rowOf(explorer, shown, columns)));
    const rest = rows.length - limit;
    more.hidden = rest <= 0;
    more.textContent = `Show ${Math.min(rest, MORE)} more of ${rows.length}`;
  };
  more.addEventListener('click', () => {
    const before = limit;
    limit += MORE;
    show();
    body.rows[before]?.querySelector('a')?.focus();
  });
  explorer.watch(['ranges'], () => {
    limit = FIRST;
    show();
  });
  explorer.watch(['chosen'], () => {
    for (const row of body.rows) markRow(explorer, row);
  });
}

function columnsOf(explorer: Explorer): ColumnOfMachines[] {
  const { data, dimensions } = explorer;
  const point: ColumnOfMachines = {
    title: 'Point',
    numeric: true,
    key: ({ position }) => position,
    cell: ({ position }) =>
      make('th', { scope: 'row' }, make('a', { href: `#point-${position}` }, String(position))),
  };
  const standing: ColumnOfMachines = {
    title: 'Front',
    numeric: false,
    key: (shown) => ['knee', 'front', ''].indexOf(standingOf(explorer, shown)),
    cell: (shown) => make('td', { class: 'text mark' }, standingOf(explorer, shown)),
  };
  const own = dimensions.map((dimension, i): ColumnOfMachines => {
    const numeric = dimension.levels === undefined;
    return {
      title: titleText(dimension),
      numeric,
      key: ({ values }) => values[i]!,
      cell: ({ values }) =>
        make('td', { class: numeric ? undefined : 'text' }, valueText(dimension, values[i]!)),
    };
  });
  const report: ColumnOfMachines = {
    title: 'Report',
    numeric: false,
    key: ({ position }) => (data.reports[position] === undefined ? 1 : 0),
    cell: ({ position }) => {
      const href = data.reports[position];
      const link =
        href === undefined ? '' : make('a', { href, 'aria-label': `Report of ${position}` }, 'open');
      return make('td', { class: 'text' }, link);
    },
  };
  return [point, standing, ...own, ...(Object.keys(data.reports).length === 0 ? [] : [report])];
}

function inOrder(
  kept: readonly Shown[],
  columns: readonly ColumnOfMachines[],
  sorted: { readonly column: number; readonly down: boolean } | undefined,
): readonly Shown[] {
  if (sorted === undefined) return kept.toSorted((a, b) => Number(b.front) - Number(a.front));
  const { key } = columns[sorted.column]!;
  const sign = sorted.down ? -1 : 1;
  return kept.toSorted((a, b) => sign * (key(a) - key(b)));
}

function rowOf(explorer: Explorer, shown: Shown, columns: readonly ColumnOfMachines[]): HTMLTableRowElement {
  const row = make('tr', { 'data-point': shown.position }, ...columns.map(({ cell }) => cell(shown)));
  row.addEventListener('pointerenter', () => explorer.point(shown));
  row.addEventListener('pointerleave', () => explorer.point(undefined));
  row.addEventListener('focusin', () => explorer.point(shown));
  row.addEventListener('focusout', () => explorer.point(undefined));
  markRow(explorer, row);
  return row;
}

function markRow({ chosen }: Explorer, row: HTMLTableRowElement): void {
  const isChosen = chosen !== undefined && row.dataset['point'] === String(chosen.position);
  row.classList.toggle('chosen', isChosen);
  if (isChosen) row.setAttribute('aria-current', 'true');
  else row.removeAttribute('aria-current');
}
