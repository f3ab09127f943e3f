/**
 * The folder of an exploration: `explore.json` says what was asked, `records/` has what was found. The first is written beside
 * its place and renamed; a later run of the same space may replace it (another level, another program): records stay, and those
 * that still fit are used.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TritsimError } from '../errors/error.ts';
import { Store, type Write } from './store/store.node.ts';
import { STUDY_SCHEMA, type Study } from './study.ts';

const STUDY_FILE = 'explore.json';
export const RECORDS = 'records';

/**
 * Puts a study into a folder.
 * @throws EXPLORE_FOLDER where the folder holds the exploration of another space
 */
export function writeStudy(folder: string, study: Study): void {
  const text = `${JSON.stringify(study, undefined, 1)}\n`;
  const place = join(folder, STUDY_FILE);
  const before = readIfThere(place);
  if (before === text) return;
  if (before !== undefined) {
    const { name } = parseStudy(before, place);
    if (name !== study.name) {
      throw new TritsimError('EXPLORE_FOLDER', 'the folder holds the exploration of another space', {
        place: folder,
        found: `'${name}'`,
        allowed: [`'${study.name}'`],
        hint: 'Name another folder with --out.',
      });
    }
  }
  mkdirSync(folder, { recursive: true });
  const beside = `${place}.${process.pid}`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, place);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new TritsimError('EXPLORE_STORE_WRITE', 'the study cannot be written', { place, cause });
  }
}

/** @throws EXPLORE_FOLDER where no exploration is there, EXPLORE_STUDY where it is none that this program reads */
export function readStudy(folder: string): Study {
  const place = join(folder, STUDY_FILE);
  const text = readIfThere(place);
  if (text === undefined) {
    throw new TritsimError('EXPLORE_FOLDER', 'no exploration lies here', {
      place: folder,
      hint: 'Name the folder that tritsim explore wrote to.',
    });
  }
  return parseStudy(text, place);
}

/** @throws EXPLORE_STORE */
export function openRecords(folder: string, write?: Write): Store {
  return new Store(join(folder, RECORDS), write);
}

function parseStudy(text: string, place: string): Study {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new TritsimError('EXPLORE_STUDY', 'is not JSON', { place, cause });
  }
  const schema = typeof found === 'object' && found !== null && 'schema' in found ? found.schema : undefined;
  if (schema === STUDY_SCHEMA) return found as Study;
  throw new TritsimError('EXPLORE_STUDY', 'this is not an exploration of a known version', {
    place,
    found: String(schema),
    allowed: [STUDY_SCHEMA],
  });
}

function readIfThere(place: string): string | undefined {
  try {
    return readFileSync(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
