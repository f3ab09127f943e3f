/** All that `tritsim reproduce` says: the rows asked for, whole machines beside them, and totals. */
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { PublishedFile } from './published-file.ts';
import type { ReproducedRow } from './evaluate.ts';
import type { SecondFigure } from './second-figures.ts';
import type { WholeMachineRow } from './whole-machine.ts';

export interface Totals {
  readonly rows: number;
  readonly gating: number;
  readonly inside: number;
  readonly outside: number;
  readonly reported: number;
}

export interface Reproduction {
  readonly schema: 'tritsim.reproduce/1';
  readonly rows: readonly (ReproducedRow & { readonly whole_machine?: readonly SecondFigure[] })[];
  /** Null where nothing was simulated. */
  readonly whole_machine: readonly WholeMachineRow[] | null;
  readonly totals: Totals;
}

/** Totals of `rows`: those that gate are inside their tolerance or outside. */
export function totalsOf(rows: readonly ReproducedRow[]): Totals {
  const gating = rows.filter((row) => row.gating);
  const inside = gating.filter((row) => row.pass === true).length;
  return {
    rows: rows.length,
    gating: gating.length,
    inside,
    outside: gating.length - inside,
    reported: rows.length - gating.length,
  };
}

/**
 * The files with those rows only whose id is among `ids` or begins with one of them and a hyphen; all where there are none.
 * @throws PUBLISHED_ID_UNKNOWN with the nearest id
 */
export function selectRows(files: readonly PublishedFile[], ids: readonly string[]): PublishedFile[] {
  if (ids.length === 0) return [...files];
  const known = files.flatMap(({ rows }) => rows.map(({ id }) => id));
  for (const wanted of ids) {
    if (known.some((id) => means(wanted, id))) continue;
    const hint = didYouMean(wanted, new Set(known.flatMap(beginningsOf)));
    throw new TritsimError('PUBLISHED_ID_UNKNOWN', 'no published value has this id', {
      found: `'${wanted}'`,
      hint: hint ?? "'tritsim reproduce --no-simulation' lists all.",
    });
  }
  return files
    .map((file) => ({
      ...file,
      rows: file.rows.filter(({ id }) => ids.some((wanted) => means(wanted, id))),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** `a-b-c`, and as each of these may be asked for, `a-b` and `a`. */
function beginningsOf(id: string): string[] {
  const parts = id.split('-');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('-'));
}

function means(wanted: string, id: string): boolean {
  return id === wanted || id.startsWith(`${wanted}-`);
}
