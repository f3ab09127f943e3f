/** Spaces on disk, by a shipped name or a path, and the studies that they make with traces. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeIn } from '../energy/table-file.ts';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { askedAt } from '../hardware/chain.ts';
import { parseYaml } from '../hardware/document.ts';
import { loadMachineDocument } from '../hardware/load.node.ts';
import type { Trace } from '../trace/trace.ts';
import { parseSpace } from './space/space-file.ts';
import { STUDY_SCHEMA, studyTrace, type Study } from './study.ts';

/** The same from `src/explore` and from `dist/explore`. */
const SHIPPED = fileURLToPath(new URL('../../hw-configs/spaces/', import.meta.url));
const EXTENSION = /\.ya?ml$/;

/** Names of the shipped spaces, sorted. */
export function listSpaces(): string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/** What errors call the file of a space. */
export function spaceFileOf(nameOrPath: string): string {
  return EXTENSION.test(nameOrPath) ? nameOrPath : `${nameOrPath}.yaml`;
}

/** Text of a space and what errors call it. @throws SPACE_UNKNOWN, SPACE_FILE */
export function readSpace(nameOrPath: string): { text: string; file: string } {
  const isPath = EXTENSION.test(nameOrPath);
  if (!isPath && !listSpaces().includes(nameOrPath)) {
    const hint = didYouMean(nameOrPath, listSpaces());
    throw new TritsimError('SPACE_UNKNOWN', 'no space of this name is shipped, and a path ends in .yaml', {
      found: `'${nameOrPath}'`,
      allowed: listSpaces(),
      ...(hint !== undefined && { hint }),
    });
  }
  const file = spaceFileOf(nameOrPath);
  try {
    return { text: readFileSync(isPath ? nameOrPath : `${SHIPPED}${file}`, 'utf8'), file };
  } catch (cause) {
    throw new TritsimError('SPACE_FILE', 'the space file cannot be read', { place: file, cause });
  }
}

/**
 * A space with its base machine and the traces that it is to run.
 * @param traces their file names are what results show
 * @throws what `parseSpace` and `loadMachineDocument` throw
 */
export async function studyOf(nameOrPath: string, traces: readonly Trace[], program: string): Promise<Study> {
  const { text, file } = readSpace(nameOrPath);
  const space = parseSpace(text, file);
  // A machine's path is written from the space file.
  const beside = EXTENSION.test(nameOrPath) && EXTENSION.test(space.machine);
  const { data } = await loadMachineDocument(
    beside ? join(dirname(nameOrPath), space.machine) : space.machine,
  ).catch(askedAt(placeIn(parseYaml(text, file, 'SPACE'), 'machine')));
  return {
    schema: STUDY_SCHEMA,
    name: space.name,
    program,
    space: text,
    base: data,
    traces: traces.map(({ name, hash, manifest }) => studyTrace(space, basename(name), hash, manifest)),
  };
}
