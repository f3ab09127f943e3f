/**
 * From files to a machine: merge, check against the schema, refuse what cannot be built, account for every source,
 * hash. Pure: text was read elsewhere.
 */
import { TritsimError } from '../errors/error.ts';
import { isMapping } from './document.ts';
import { findImpossibilities } from './check.ts';
import { hashOf } from './hash.ts';
import { errorsOf } from './issues.ts';
import { keysAt } from './json-schema.ts';
import type { Machine } from './machine.ts';
import type { MachineDocument } from './merge.ts';
import { MACHINE_SCHEMA, machineSchema } from './schema.ts';
import { findSources, placeIn } from './sources.ts';

/** A machine, or everything that keeps the document from being one. */
export type Resolution =
  | { readonly machine: Machine; readonly errors?: never }
  | { readonly machine?: never; readonly errors: readonly TritsimError[] };

/**
 * The machine that a document describes.
 * @throws the first of the errors that `tryResolve` lists, with the number of the others in its hint.
 */
export function resolveMachine(document: MachineDocument): Machine {
  const { machine, errors } = tryResolve(document);
  if (machine !== undefined) return machine;
  const first = errors[0]!;
  if (errors.length === 1) throw first;
  const more = `${errors.length - 1} more in this machine; 'tritsim hw check' lists all`;
  const hint = first.details.hint === undefined ? more : `${first.details.hint}; ${more}`;
  throw new TritsimError(first.code, first.summary, { ...first.details, hint });
}

/**
 * Checks a document and lists every fault: MACHINE_KEY_UNKNOWN, MACHINE_KEY_MISSING, MACHINE_VALUE, UNIT_…; then, for
 * one that fits the schema, MACHINE_PACKING, MACHINE_ACCUMULATOR, MACHINE_BUFFER, MACHINE_SOURCE_….
 */
export function tryResolve(document: MachineDocument): Resolution {
  const { data } = document;
  const placeOf = (path: string): string => placeIn(document, path);
  const parsed = machineSchema.safeParse(data);
  if (!parsed.success) {
    const context = {
      area: 'MACHINE',
      data,
      placeOf,
      keysAt: (keys: readonly string[]) => keysAt(keys, data),
    };
    return { errors: errorsOf(parsed.error.issues, context) };
  }
  const impossible = findImpossibilities(parsed.data).map(({ code, path, sentence, ...details }) => {
    return new TritsimError(code, sentence, { place: placeOf(path), ...details });
  });
  const { sources, errors } = findSources(document);
  if (impossible.length + errors.length > 0) return { errors: [...impossible, ...errors] };
  const { name, description, sources: _written, ...physical } = parsed.data;
  return { machine: { name, description, hash: machineHash(physical), ...physical, sources } };
}

/**
 * Hash of everything that can change a result, by resolved value: `256 KiB` and `262144 B` are the same machine. Name,
 * description and sources are left out, the version of the file's form is in.
 */
export function machineHash(physical: Omit<Machine, 'hash' | 'name' | 'description' | 'sources'>): string {
  return hashOf({ schema: MACHINE_SCHEMA, ...physical });
}

/** Whether a document of the chain names itself of this form, so that a foreign YAML file is refused by name. */
export function requireSchema(data: unknown, place: string): void {
  const found = isMapping(data) ? data['schema'] : undefined;
  if (found === MACHINE_SCHEMA) return;
  throw new TritsimError('MACHINE_SCHEMA', 'this is not a machine file of a known version', {
    place,
    found: found === undefined ? 'no schema key' : JSON.stringify(found),
    allowed: [MACHINE_SCHEMA],
  });
}
