/**
 * The machine of a point as a file that `tritsim simulate --hw` reads: what the point sets otherwise than the base machine, section by
 * section, each value with its source. A base machine that is a file of its own lies elsewhere for whoever opens the page, so the whole
 * machine stands in place of `extends` then. Sections are apart because points share them.
 */
import { stringify } from 'yaml';
import type { OpenStudy, Point } from '../../explore/study.ts';
import { isMapping, type Mapping } from '../../hardware/document.ts';
import { MACHINE_SCHEMA } from '../../hardware/schema.ts';
import type { SectionTexts } from './machine-text.ts';

const EXTENSION = /\.ya?ml$/;
const NAMING: ReadonlySet<string> = new Set(['schema', 'extends', 'name', 'description', 'sources']);

/** What stands at the head of every machine file, before its name. */
export function headOf({ space }: OpenStudy): string {
  return stringify({
    schema: MACHINE_SCHEMA,
    ...(!EXTENSION.test(space.machine) && { extends: space.machine }),
  });
}

/** The sections that a point's file has, in the order of the base machine. */
export function sectionsOf(study: OpenStudy, point: Point): readonly SectionTexts[] {
  const { base } = study.study;
  const whole = EXTENSION.test(study.space.machine);
  const settings = study.space.axes.flatMap(({ name, levels }, i) => {
    const level = levels[point.levels[i]!];
    return level === undefined
      ? []
      : Object.keys(level.set).map((path) => ({
          path,
          source: `Axis ${name} of the space ${study.space.name}: ${String(level.label)}.`,
        }));
  });
  const names = new Set([...Object.keys(base), ...settings.map(({ path }) => path.split('.')[0]!)]);
  return [...names].flatMap((name): SectionTexts[] => {
    if (NAMING.has(name)) return [];
    const own = point.candidate.valueOf(name);
    const values = whole ? own : difference(base[name], own);
    if (values === undefined) return [];
    const written = { [name]: values };
    const sources = settings
      .filter(({ path }) => valueAt(written, path) !== undefined)
      .map(({ path, source }) => [path, source]);
    const inherited = whole ? baseSources(base, written, name, settings) : [];
    const all = Object.fromEntries([...inherited, ...sources]);
    return [{ values: yaml(written), sources: yaml(all) }];
  });
}

/** An entry a line where texts are short; nothing for nothing. */
function yaml(data: Mapping): string {
  return Object.keys(data).length === 0 ? '' : stringify(data, { lineWidth: 0 });
}

/** What a machine file says to turn `base` into `own`; a mapping of another kind replaces the base's as a whole. */
function difference(base: unknown, own: unknown): unknown {
  if (isMapping(base) && isMapping(own) && base['kind'] === own['kind']) {
    const changed = Object.entries(own).flatMap(([key, value]) => {
      const other = difference(base[key], value);
      return other === undefined ? [] : [[key, other] as const];
    });
    return changed.length === 0 ? undefined : Object.fromEntries(changed);
  }
  return JSON.stringify(base) === JSON.stringify(own) ? undefined : own;
}

/** Sentences of the base machine on a section that still speak for its values. */
function baseSources(
  { sources }: Mapping,
  written: Mapping,
  name: string,
  settings: readonly { readonly path: string }[],
): (readonly [string, unknown])[] {
  return Object.entries(isMapping(sources) ? sources : {}).filter(
    ([path]) =>
      path.split('.')[0] === name &&
      valueAt(written, path) !== undefined &&
      !settings.some((setting) => path === setting.path || path.startsWith(`${setting.path}.`)),
  );
}

function valueAt(data: Mapping, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), data);
}
