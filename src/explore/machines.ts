/**
 * The machines of a space. A machine is made of sections (`array`, `buffers`, …) that are checked one by one and remembered, so
 * that a point costs the assembly of sections that other points have too; what does not fit together is refused as a machine
 * file would be. The hash is the one that `hardware/resolve.ts` gives the same machine.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { findImpossibilities } from '../hardware/check.ts';
import { childPath, isMapping } from '../hardware/document.ts';
import { canonicalJson } from '../hardware/hash.ts';
import type { Machine } from '../hardware/machine.ts';
import { withOverrides, type MachineDocument } from '../hardware/merge.ts';
import { resolveMachine } from '../hardware/resolve.ts';
import { MACHINE_SCHEMA, machineSchema } from '../hardware/schema.ts';
import { NO_LEVEL, type Axis } from './space/space.ts';

/** Keys that say what a machine is called, not what it is. */
const NAMING: ReadonlySet<string> = new Set(['schema', 'extends', 'name', 'description', 'sources']);
/** Sections remembered at a time, so that memory does not grow with the space. */
const MOST_SECTIONS = 20_000;

type SectionName = Exclude<keyof Machine, 'name' | 'description' | 'hash' | 'sources'>;
type Setting = readonly [path: string, value: unknown, axis: string];

const [OPEN, COMMA, CLOSE] = ['{', ',', '}'].map(utf8ToBytes) as [Uint8Array, Uint8Array, Uint8Array];
const SCHEMA = memberOf('schema', MACHINE_SCHEMA);

interface Section {
  /** As the file writes it; undefined where nothing like it can be written. */
  readonly data: unknown;
  /** As a machine holds it, and as its member in the canonical JSON of one; absent where it is refused. */
  readonly resolved?: { readonly value: unknown; readonly member: Uint8Array };
}

/** A machine before it is checked. */
export interface Candidate {
  /** The value at a path as the file would write it. */
  valueOf(path: string): unknown;
  /** @throws what `resolveMachine` throws of the same machine */
  machine(): Machine;
}

export class MachineFactory {
  readonly base: Machine;
  readonly #document: MachineDocument;
  readonly #axes: readonly Axis[];
  /** In the order of a machine's members. */
  readonly #names: readonly SectionName[];
  /** The same and `schema`, in the order of canonical JSON. */
  readonly #members: readonly (SectionName | 'schema')[];
  /** By axis and level: what it sets. */
  readonly #settings: readonly (readonly (readonly Setting[])[])[];
  /** By section: the axes with a level that sets something in it. */
  readonly #axesOf: ReadonlyMap<string, readonly number[]>;
  readonly #sections = new Map<string, Section>();

  /** @throws SPACE_PATH where an axis sets what the machine does not have; what `resolveMachine` throws of the base */
  constructor(document: MachineDocument, axes: readonly Axis[]) {
    this.base = resolveMachine(document);
    this.#document = document;
    this.#axes = axes;
    const changed = axes.flatMap(({ levels }) => levels.flatMap((level) => Object.keys(level.set)));
    this.#names = [
      ...new Set([...Object.keys(this.base), ...changed.map((path) => path.split('.')[0]!)]),
    ].filter((key): key is SectionName => key !== 'hash' && !NAMING.has(key));
    this.#members = [...this.#names, 'schema' as const].toSorted();
    this.#settings = axes.map(({ name, levels }) =>
      levels.map(({ set }) => Object.entries(set).map(([path, value]): Setting => [path, value, name])),
    );
    const axesOf = (section: string): number[] =>
      [...axes.keys()].filter((axis) =>
        this.#settings[axis]!.some((settings) => settings.some((each) => partOf(each) === section)),
      );
    this.#axesOf = new Map(this.#names.map((name) => [name, axesOf(name)]));
    const known = this.paths();
    for (const axis of axes)
      for (const { set, place } of axis.levels) checkPaths(place, Object.keys(set), known);
  }

  /** Every path that the base machine has or that a level brings with a section. */
  paths(): Set<string> {
    const own = [...this.#document.origins.keys()].filter((path) => !NAMING.has(path.split(/[.[]/)[0]!));
    const brought = this.#axes.flatMap(({ levels }) =>
      levels.flatMap(({ set }) => Object.entries(set).flatMap(([path, value]) => pathsBelow(path, value))),
    );
    return new Set([...own, ...brought]);
  }

  /** The machine with one level of each axis. @param levels index by axis, NO_LEVEL for one that sets nothing */
  at(levels: ArrayLike<number>): Candidate {
    return {
      valueOf: (path) => valueAt(path, (name) => this.#section(name, levels).data),
      machine: () => this.#assemble(levels),
    };
  }

  #assemble(levels: ArrayLike<number>): Machine {
    const { name, description, sources } = this.base;
    const physical: Record<string, unknown> = {};
    for (const section of this.#names) {
      const { resolved } = this.#section(section, levels);
      if (resolved === undefined) return this.#refused(levels);
      physical[section] = resolved.value;
    }
    const machine = { name, description, hash: this.#hashOf(levels), ...physical, sources } as Machine;
    return findImpossibilities(machine).length === 0 ? machine : this.#refused(levels);
  }

  /** SHA-256 of the canonical JSON, member by member. */
  #hashOf(levels: ArrayLike<number>): string {
    const hash = sha256.create();
    let before = OPEN;
    for (const name of this.#members) {
      hash.update(before).update(name === 'schema' ? SCHEMA : this.#section(name, levels).resolved!.member);
      before = COMMA;
    }
    return bytesToHex(hash.update(CLOSE).digest());
  }

  /** The whole way, for its errors. */
  #refused(levels: ArrayLike<number>): Machine {
    return resolveMachine(this.#set(this.#axes.flatMap((_, axis) => this.#settingsOf(axis, levels))));
  }

  #settingsOf(axis: number, levels: ArrayLike<number>): readonly Setting[] {
    return levels[axis] === NO_LEVEL ? [] : this.#settings[axis]![levels[axis]!]!;
  }

  #set(settings: readonly Setting[]): MachineDocument {
    return settings.reduce(
      (document, [path, value, axis]) => withOverrides(document, { [path]: value }, `axis ${axis}`),
      this.#document,
    );
  }

  #section(name: string, levels: ArrayLike<number>): Section {
    let key = name;
    const axes = this.#axesOf.get(name) ?? [];
    for (const axis of axes) key += ` ${levels[axis]!}`;
    const known = this.#sections.get(key);
    if (known !== undefined) return known;
    if (this.#sections.size >= MOST_SECTIONS) this.#sections.clear();
    const settings = axes.flatMap((axis) => this.#settingsOf(axis, levels));
    const made = this.#resolveSection(
      name,
      settings.filter((setting) => partOf(setting) === name),
    );
    this.#sections.set(key, made);
    return made;
  }

  #resolveSection(name: string, settings: readonly Setting[]): Section {
    let data;
    try {
      ({ data } = this.#set(settings));
    } catch (error) {
      if (error instanceof TritsimError) return { data: undefined };
      throw error;
    }
    const parsed = machineSchema.safeParse(data);
    if (!parsed.success) return { data: data[name] };
    const value = parsed.data[name as SectionName];
    return { data: data[name], resolved: { value, member: memberOf(name, value) } };
  }
}

function memberOf(name: string, value: unknown): Uint8Array {
  return utf8ToBytes(`"${name}":${canonicalJson(value)}`);
}

function partOf([path]: Setting): string {
  return path.split('.')[0]!;
}

function checkPaths(place: string, paths: readonly string[], known: ReadonlySet<string>): void {
  for (const path of paths) {
    if (known.has(path)) continue;
    const hint = didYouMean(path, known);
    throw new TritsimError('SPACE_PATH', 'the machine has no such value', {
      place,
      found: `'${path}'`,
      ...(hint !== undefined && { hint }),
    });
  }
}

/** Paths of the values in a section that a level sets as a whole. The section itself must be the base machine's. */
function pathsBelow(path: string, value: unknown): string[] {
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const child = childPath(path, key);
    return [child, ...pathsBelow(child, inner)];
  });
}

function valueAt(path: string, sectionOf: (name: string) => unknown): unknown {
  const [section, ...keys] = path.split('.');
  return keys.reduce<unknown>(
    (value, key) => (isMapping(value) ? value[key] : undefined),
    sectionOf(section!),
  );
}
