/** Runs that were written to disk. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../analysis/run.ts';
import { TritsimError } from '../errors/error.ts';
import { parseJson } from '../safetensors/json.ts';
import { RUN_FILE } from './files.ts';
import { parseRun } from './run-schema.ts';

/**
 * The run in a folder that `simulate --out` wrote.
 *
 * @throws RUN_FILE where there is none, RUN_SCHEMA where it is not of this version
 */
export async function readRun(folder: string): Promise<Run> {
  const place = path.join(folder, RUN_FILE);
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (cause) {
    throw new TritsimError('RUN_FILE', 'there is no run here', {
      place,
      hint: "Name a folder that 'tritsim simulate --out' wrote.",
      cause,
    });
  }
  return parseRun(parseJson(text, place), place);
}
