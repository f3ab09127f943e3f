/** The published models that this package ships, from its `hw-configs/models/`. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { parsePublishedModel, type PublishedModel } from './published.ts';

const FOLDER = new URL('../../hw-configs/models/', import.meta.url);

/** Names of the models, sorted. */
export async function publishedModelNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).toSorted();
}

/** Loads a model by its name; MODEL_SHAPE_UNKNOWN with the nearest one where there is none. */
export async function loadPublishedModel(name: string): Promise<PublishedModel> {
  const names = await publishedModelNames();
  if (!names.includes(name)) {
    const hint = didYouMean(name, names);
    throw new TritsimError('MODEL_SHAPE_UNKNOWN', `there is no shape '${name}'`, {
      allowed: names,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const file = new URL(`${name}.yaml`, FOLDER);
  return parsePublishedModel(await readFile(file, 'utf8'), fileURLToPath(file), (sibling) =>
    readFile(new URL(sibling, FOLDER), 'utf8'),
  );
}
