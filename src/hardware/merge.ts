/**
 * A chain of machine files merged into one document: what a file says replaces what the one it extends says, key by
 * key. Each value remembers the file, line and generation that set it, so that an error points at the line to mend and a
 * source can be told from one that was written for an older value.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { childPath, isMapping, type Mapping, type YamlFile } from './document.ts';

export interface Origin {
  readonly file: string;
  /** 0 where the value did not come from a file. */
  readonly line: number;
  /** 0 for the eldest file of the chain. */
  readonly generation: number;
}

/** A machine in the file's own form, presets merged, not yet checked. */
export interface MachineDocument {
  readonly data: Mapping;
  readonly origins: ReadonlyMap<string, Origin>;
  /** The file that was asked for, which errors without a better place name. */
  readonly file: string;
  readonly generation: number;
}

/** Keys that belong to the file they stand in and are not handed down. */
const OWN_KEYS: ReadonlySet<string> = new Set(['schema', 'extends', 'name', 'description']);

/** Merges files given from the eldest preset to the machine itself. */
export function mergeFiles(chain: readonly YamlFile[]): MachineDocument {
  const origins = new Map<string, Origin>();
  let data: Mapping = {};
  for (const [generation, { file, data: own, lines }] of chain.entries()) {
    const last = generation === chain.length - 1;
    const handedOn = Object.entries(own).filter(([key]) => key !== 'extends' && (last || !OWN_KEYS.has(key)));
    const originOf = (path: string): Origin => ({ file, line: lines.get(path) ?? 1, generation });
    data = overlay(data, Object.fromEntries(handedOn), '', origins, originOf);
  }
  return { data, origins, file: chain.at(-1)?.file ?? '', generation: chain.length - 1 };
}

/**
 * The document with other values: `{ 'array.inputs': 128 }`. `source` becomes the source of every value set, so that
 * the sentence written for the old value is not left standing beside the new one.
 * @throws MACHINE_OVERRIDE_UNKNOWN for a path that the document does not have.
 */
export function withOverrides(
  document: MachineDocument,
  overrides: Mapping,
  source: string = 'override',
): MachineDocument {
  const generation = document.generation + 1;
  const origins = new Map(document.origins);
  const originOf = (): Origin => ({ file: source, line: 0, generation });
  let data = document.data;
  for (const [path, value] of Object.entries(overrides)) {
    requireKnown(path, document);
    const nested = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Mapping;
    const sourced = OWN_KEYS.has(path) ? nested : { ...nested, sources: { [path]: source } };
    data = overlay(data, sourced, '', origins, originOf);
  }
  return { ...document, data, origins, generation };
}

/** Refuses a path that is no value or section of the machine; offers the nearest, and its neighbours. */
function requireKnown(path: string, { origins, file }: MachineDocument): void {
  const known = [...origins.keys()].filter((key) => !/^sources\b/.test(key));
  if (known.includes(path)) return;
  const section = path.slice(0, path.lastIndexOf('.') + 1);
  const neighbours = known.filter(
    (key) => key.startsWith(section) && !key.slice(section.length).includes('.'),
  );
  const hint = didYouMean(path, known);
  throw new TritsimError('MACHINE_OVERRIDE_UNKNOWN', 'the machine has no such value', {
    place: file,
    found: `'${path}'`,
    allowed: neighbours,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** `upper` laid over `lower`; mappings merge, all else is replaced, a mapping with another `kind` as a whole. */
function overlay(
  lower: unknown,
  upper: Mapping,
  path: string,
  origins: Map<string, Origin>,
  originOf: (path: string) => Origin,
): Mapping {
  const merges = isMapping(lower) && (upper['kind'] === undefined || upper['kind'] === lower['kind']);
  const result: Record<string, unknown> = merges ? { ...lower } : {};
  if (!merges) forget(path, origins);
  for (const [key, value] of Object.entries(upper)) {
    const child = childPath(path, key);
    if (!isMapping(value)) forget(child, origins);
    result[key] = isMapping(value) ? overlay(result[key], value, child, origins, originOf) : value;
    origins.set(child, originOf(child));
  }
  return result;
}

function forget(path: string, origins: Map<string, Origin>): void {
  if (path === '') return;
  for (const known of origins.keys()) {
    if (known === path || known.startsWith(`${path}.`)) origins.delete(known);
  }
}
