/** Ranges in numbers: what a drag along an axis sets, for the keyboard; and those that are set, each with a way back. */
import { announce, byId, make } from '../../page/browser/dom.ts';
import { type Dimension, titleText, valueText } from './dimension.ts';
import type { Explorer, Range } from './explorer.ts';

type Field = HTMLSelectElement | HTMLInputElement;

export function startRanges(explorer: Explorer): void {
  const fields = explorer.dimensions.map((dimension, i) => fieldsOf(explorer, dimension, i));
  byId('range-fields').replaceChildren(...fields.map(({ set }) => set));
  byId('clear').addEventListener('click', () => clear(explorer));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const own = document.activeElement?.closest<HTMLElement>('[data-dimension]')?.dataset['dimension'];
    if (own === undefined) clear(explorer);
    else explorer.setRange(Number(own), undefined);
  });
  explorer.watch(['ranges'], () => {
    for (const [i, { from, to }] of fields.entries()) {
      show(from, explorer.dimensions[i]!, explorer.ranges[i], 'from');
      show(to, explorer.dimensions[i]!, explorer.ranges[i], 'to');
    }
    const set = explorer.ranges.flatMap((range, i) => (range === undefined ? [] : [{ range, i }]));
    byId('chips').replaceChildren(...set.map(({ range, i }) => chip(explorer, range, i)));
    byId('clear').hidden = set.length === 0;
    const { kept, points } = explorer;
    const front = kept.filter((shown) => shown.front).length;
    byId('count').textContent = `${kept.length} of ${points.length} machines, ${front} of the front`;
  });
}

function clear(explorer: Explorer): void {
  if (explorer.ranges.every((range) => range === undefined)) return;
  explorer.clear();
  announce('All ranges are taken back');
}

function fieldsOf(
  explorer: Explorer,
  dimension: Dimension,
  index: number,
): { set: HTMLFieldSetElement; from: Field; to: Field } {
  const [from, to] = (['from', 'to'] as const).map((end) => fieldOf(dimension, `${end}-${index}`));
  const read = (): void => {
    const { least, most } = dimension;
    const range = { from: numberIn(from!, least), to: numberIn(to!, most) };
    explorer.setRange(index, range);
  };
  for (const field of [from!, to!]) field.addEventListener('change', read);
  const set = make(
    'fieldset',
    { 'data-dimension': index },
    make('legend', {}, titleText(dimension)),
    make('label', { for: from!.id }, 'from'),
    from!,
    make('label', { for: to!.id }, 'to'),
    to!,
  );
  return { set, from: from!, to: to! };
}

function fieldOf({ levels, least, most }: Dimension, id: string): Field {
  if (levels === undefined) return make('input', { id, type: 'number', step: 'any', autocomplete: 'off' });
  const options = Array.from({ length: most - least + 1 }, (_, i) => least + i).map((value) =>
    make('option', { value }, value < 0 ? 'does not apply' : levels[value]!),
  );
  return make('select', { id }, ...options);
}

function numberIn({ value }: Field, otherwise: number): number {
  return value === '' || Number.isNaN(Number(value)) ? otherwise : Number(value);
}

function show(field: Field, dimension: Dimension, range: Range | undefined, end: 'from' | 'to'): void {
  const bound = end === 'from' ? dimension.least : dimension.most;
  if (field instanceof HTMLInputElement) {
    field.placeholder = valueText(dimension, bound);
    field.value = range === undefined ? '' : shortNumber(range[end], bound);
  } else field.value = String(range?.[end] ?? bound);
}

/** Nothing for the end of the axis: the field says what that is by itself. */
function shortNumber(value: number, bound: number): string {
  return value === bound ? '' : String(value);
}

function chip(explorer: Explorer, { from, to }: Range, index: number): HTMLLIElement {
  const dimension = explorer.dimensions[index]!;
  const ends = [...new Set([from, to].map((value) => valueText(dimension, value)))].join(' to ');
  const text = `${titleText(dimension)}: ${ends}`;
  const button = make('button', { type: 'button', 'aria-label': `Take back ${text}` }, `${text} ×`);
  button.addEventListener('click', () => {
    explorer.setRange(index, undefined);
    byId('clear').focus();
  });
  return make('li', {}, button);
}
