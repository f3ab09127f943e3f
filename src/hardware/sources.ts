/**
 * Every value of a machine says where it comes from: `sources` maps the path of a value, or of a section for all in
 * it, to a sentence. The longest path counts. A sentence is not inherited by a value that replaced the one it was
 * written for: it must stand in the same file as the value or in one that extends it.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { childPath, isMapping } from './document.ts';
import type { MachineDocument } from './merge.ts';

export interface SourceFindings {
  /** The sentences that still speak for a value, sorted by path. */
  readonly sources: Readonly<Record<string, string>>;
  readonly errors: readonly TritsimError[];
}

const UNSOURCED: ReadonlySet<string> = new Set(['schema', 'name', 'description', 'sources']);

/**
 * Finds the source of each value. Errors: MACHINE_SOURCE_MISSING for a value without one, MACHINE_SOURCE_UNKNOWN for
 * a path that the machine does not have.
 */
export function findSources(document: MachineDocument): SourceFindings {
  const { origins, data } = document;
  const written = isMapping(data['sources']) ? (data['sources'] as Record<string, string>) : {};
  const ages = new Map<string, number>();
  for (const key of Object.keys(written))
    ages.set(key, origins.get(childPath('sources', key))?.generation ?? 0);
  const used = new Set<string>();
  const errors: TritsimError[] = [];
  for (const path of leavesOf(data)) {
    const origin = origins.get(path);
    const source = prefixesOf(path).find((prefix) => (ages.get(prefix) ?? -1) >= (origin?.generation ?? 0));
    if (source !== undefined) used.add(source);
    else
      errors.push(
        missing(
          path,
          document,
          prefixesOf(path).some((prefix) => ages.has(prefix)),
        ),
      );
  }
  const known = [...origins.keys()].filter((path) => !UNSOURCED.has(path.split(/[.[]/)[0]!));
  for (const [path, age] of ages) {
    if (age < document.generation || known.includes(path)) continue;
    const hint = didYouMean(path, known);
    errors.push(
      new TritsimError('MACHINE_SOURCE_UNKNOWN', 'the machine has no value or section of this name', {
        place: placeIn(document, childPath('sources', path)),
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  }
  return { sources: Object.fromEntries([...used].toSorted().map((path) => [path, written[path]!])), errors };
}

/** `file:line: path`; the line is that of the nearest mapping around a path that has none of its own. */
export function placeIn({ origins, file }: MachineDocument, path: string): string {
  for (const prefix of prefixesOf(path)) {
    const origin = origins.get(prefix);
    if (origin !== undefined) return `${origin.file}${origin.line === 0 ? '' : `:${origin.line}`}: ${path}`;
  }
  return path === '' ? file : `${file}: ${path}`;
}

function missing(path: string, document: MachineDocument, outdated: boolean): TritsimError {
  return new TritsimError('MACHINE_SOURCE_MISSING', 'the value does not say where it comes from', {
    place: placeIn(document, path),
    hint: outdated
      ? `The inherited source was written for another value; add '${path}' to this file's sources`
      : `Add '${path}', or a section around it, to sources`,
  });
}

/** Paths of all values that need a source. */
function leavesOf(data: Readonly<Record<string, unknown>>, path = ''): string[] {
  return Object.entries(data).flatMap(([key, value]) => {
    if (path === '' && UNSOURCED.has(key)) return [];
    const child = childPath(path, key);
    return isMapping(value) ? leavesOf(value, child) : [child];
  });
}

/** `a.b.c`, `a.b`, `a`. */
function prefixesOf(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
}
