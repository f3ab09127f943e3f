/**
 * An axis of a space file as a list of levels. A range is exact: its values are counted in whole steps of the unit of `from`,
 * and `to` must be one of them.
 */
import { TritsimError } from '../../errors/error.ts';
import { childPath } from '../../hardware/document.ts';
import { parseQuantity } from '../../units/parse.ts';
import type { Axis, Constraint, Level } from './space.ts';
import type { AxisForm } from './space-schema.ts';

/** More levels than this are a mistake. */
const MOST_LEVELS = 100_000;
const WITH_UNIT = /^(?<number>\S+) (?<unit>\S+)$/;

/**
 * @param placeOf file, line and path of a key of the axis; of the axis itself for the empty key
 * @throws SPACE_AXIS, UNIT_…
 */
export function axisOf(
  name: string,
  form: AxisForm,
  placeOf: (key: string) => string,
  conditionOf: (text: string, place: string) => Constraint,
): Axis {
  const refuse = (key: string, sentence: string, found?: string): never => {
    throw new TritsimError('SPACE_AXIS', sentence, {
      place: placeOf(key),
      ...(found !== undefined && { found }),
    });
  };
  const { path, values, from, to, step, times, linked } = form;
  const when = form.when === undefined ? undefined : conditionOf(form.when, placeOf('when'));
  if (when?.judgedLater === true) refuse('when', 'a condition of an axis cannot ask for a metric', form.when);
  const range = from !== undefined || to !== undefined || step !== undefined || times !== undefined;
  const kinds = [values !== undefined, range, linked !== undefined].filter(Boolean).length;
  if (kinds !== 1) refuse('', 'an axis has either values, or from and to, or linked');
  if (linked !== undefined) {
    if (path !== undefined) refuse('path', 'linked levels name their paths themselves');
    const levels = Object.entries(linked).map(([label, set]): Level => {
      return { label, set, place: placeOf(childPath('linked', label)) };
    });
    if (levels.length === 0) refuse('linked', 'an axis needs a level');
    for (const { label, set } of levels)
      if (Object.keys(set).length === 0) refuse('linked', 'a level sets nothing', `'${label}'`);
    return { name, levels, when };
  }
  if (path === undefined) return refuse('', 'the axis does not say which path it changes; path is missing');
  const list = values ?? rangeOf(form, (key, sentence, found) => refuse(key, sentence, found));
  const seen = new Set(list.map(String));
  if (seen.size < list.length) refuse('values', 'a value stands twice', list.map(String).join(', '));
  const place = placeOf('path');
  return {
    name,
    levels: list.map((value): Level => ({ label: value, set: { [path]: value }, place })),
    when,
  };
}

type Refuse = (key: string, sentence: string, found?: string) => never;

function rangeOf({ from, to, step, times }: AxisForm, refuse: Refuse): (string | number)[] {
  if (from === undefined || to === undefined) return refuse('', 'a range needs from and to');
  if ((step === undefined) === (times === undefined)) return refuse('', 'a range needs step, or times');
  const unit = unitIn(from);
  const amount = (value: string | number, key: string): number => {
    if ((unitIn(value) === undefined) !== (unit === undefined))
      refuse(key, 'from, to and step must all have a unit, or none', String(value));
    return unit === undefined ? (value as number) : parseQuantity(value as string, unit);
  };
  const first = amount(from, 'from');
  const last = amount(to, 'to');
  const by = step === undefined ? 0 : amount(step, 'step');
  if (step !== undefined && by <= 0) refuse('step', 'a step must be above zero', String(step));
  if (times !== undefined && first <= 0) refuse('from', 'powers start above zero', String(from));
  const numbers: number[] = [];
  for (let i = 0; numbers.length <= MOST_LEVELS; i++) {
    const value = times === undefined ? Number((first + i * by).toPrecision(12)) : first * times ** i;
    if (value > last) break;
    numbers.push(value);
  }
  if (numbers.length > MOST_LEVELS) refuse('', `a range has at most ${MOST_LEVELS} values`);
  if (numbers.at(-1) !== last)
    refuse('to', 'the range does not end here', `${String(numbers.at(-1))} and then ${String(to)}`);
  return unit === undefined ? numbers : numbers.map((value) => `${value} ${unit}`);
}

function unitIn(value: string | number): string | undefined {
  return typeof value === 'number' ? undefined : (WITH_UNIT.exec(value)?.groups?.['unit'] ?? '');
}
