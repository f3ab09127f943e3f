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

interface Section {
  /** As the file writes it; undefined where nothing like it can be written. */
  readonly data: unknown;
  /** As a machine holds it, with its canonical JSON; absent where it is refused. */
  readonly resolved?: { readonly value: unknown; readonly json: string };
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
  readonly #names: readonly SectionName[];
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
    const settings = this.#axes.flatMap(({ name, levels: all }, axis) =>
      levels[axis] === NO_LEVEL
        ? []
        : Object.entries(all[levels[axis]!]!.set).map(([path, value]): Setting => [path, value, name]),
    );
    const bySection = new Map<string, Setting[]>();
    for (const setting of settings) {
      const name = setting[0].split('.')[0]!;
      const list = bySection.get(name);
      if (list === undefined) bySection.set(name, [setting]);
      else list.push(setting);
    }
    const sectionOf = (name: string): Section => this.#section(name, bySection.get(name) ?? []);
    return {
      valueOf: (path) => valueAt(path, (name) => sectionOf(name).data),
      machine: () => this.#assemble(sectionOf, settings),
    };
  }

  #assemble(sectionOf: (name: string) => Section, settings: readonly Setting[]): Machine {
    const { name, description, sources } = this.base;
    const physical: Record<string, unknown> = {};
    const texts: string[] = [`"schema":${JSON.stringify(MACHINE_SCHEMA)}`];
    for (const section of this.#names) {
      const { resolved } = sectionOf(section);
      if (resolved === undefined) return this.#refused(settings);
      physical[section] = resolved.value;
      texts.push(`"${section}":${resolved.json}`);
    }
    // Canonical JSON sorts keys; no key is the beginning of another.
    const hash = bytesToHex(sha256(utf8ToBytes(`{${texts.toSorted().join(',')}}`)));
    const machine = { name, description, hash, ...physical, sources } as Machine;
    return findImpossibilities(machine).length === 0 ? machine : this.#refused(settings);
  }

  /** The whole way, for its errors. */
  #refused(settings: readonly Setting[]): Machine {
    return resolveMachine(this.#set(settings));
  }

  #set(settings: readonly Setting[]): MachineDocument {
    return settings.reduce(
      (document, [path, value, axis]) => withOverrides(document, { [path]: value }, `axis ${axis}`),
      this.#document,
    );
  }

  #section(name: string, settings: readonly Setting[]): Section {
    const key = settings.length === 0 ? name : `${name} ${JSON.stringify(settings)}`;
    const known = this.#sections.get(key);
    if (known !== undefined) return known;
    if (this.#sections.size >= MOST_SECTIONS) this.#sections.clear();
    const made = this.#resolveSection(name, settings);
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
    return { data: data[name], resolved: { value, json: canonicalJson(value) } };
  }
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
