/** The files that make up a machine: the one asked for and, through `extends`, those it changes. Pure: reads by a callback. */
import { TritsimError } from '../errors/error.ts';
import { parseYaml, type YamlFile } from './document.ts';
import { requireSchema } from './resolve.ts';

/** A file found by a reference: its stable identity (for cycles), the name errors call it, its text. */
export interface FoundFile {
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

/** Finds the file that `reference` names; `from` is the id of the file that extends it, undefined for the first. */
export type FindFile = (reference: string, from: string | undefined) => Promise<FoundFile>;

/**
 * The chain of files behind `reference`, eldest first.
 * @throws MACHINE_EXTENDS_CYCLE, MACHINE_EXTENDS, MACHINE_SCHEMA, and what reading YAML and `find` throw.
 */
export async function readChain(reference: string, find: FindFile): Promise<YamlFile[]> {
  const chain: YamlFile[] = [];
  const seen = new Map<string, string>();
  let next: string | undefined = reference;
  let from: string | undefined;
  let asked = '';
  while (next !== undefined) {
    const { id, label, text }: FoundFile = await find(next, from).catch(askedAt(asked));
    if (seen.has(id)) {
      throw new TritsimError('MACHINE_EXTENDS_CYCLE', 'the files extend each other in a circle', {
        place: chain[0]!.file,
        found: [...seen.values(), label].join(' → '),
      });
    }
    seen.set(id, label);
    const file = parseYaml(text, label, 'MACHINE');
    const placeOf = (key: string): string => `${label}:${file.lines.get(key) ?? 1}`;
    requireSchema(file.data, placeOf('schema'));
    const parent: unknown = file.data['extends'];
    if (parent !== undefined && typeof parent !== 'string') {
      throw new TritsimError(
        'MACHINE_EXTENDS',
        'extends must be the name of one machine or preset, or a path',
        {
          place: placeOf('extends'),
          found: JSON.stringify(parent),
        },
      );
    }
    chain.unshift(file);
    next = parent;
    from = id;
    asked = placeOf('extends');
  }
  return chain;
}

/** Hands on what goes wrong when a file is looked for, with the place that names it where the error has none. */
export function askedAt(place: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof TritsimError && error.details.place === undefined && place !== ''
      ? error.at(place)
      : error;
  };
}
