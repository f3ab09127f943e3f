/** Runs that were written to disk. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../analysis/run.ts';
import { TritsimError } from '../errors/error.ts';
import { parseJson } from '../safetensors/json.ts';
import { RUN_FILE } from './files.ts';
import { parseRun } from './run-schema.ts';

/**
 * The run in a folder that `simulate --out` wrote, or in a file: its `run.json` or what `simulate --json` printed.
 *
 * @throws RUN_FILE where there is none, RUN_SCHEMA where it is not of this version
 */
export async function readRun(where: string): Promise<Run> {
  const found = await stat(where).catch(() => undefined);
  const place = found?.isDirectory() === true ? path.join(where, RUN_FILE) : where;
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (cause) {
    throw new TritsimError('RUN_FILE', 'there is no run here', {
      place,
      hint: `Name a folder that 'tritsim simulate --out' wrote, or its ${RUN_FILE}.`,
      cause,
    });
  }
  return parseRun(parseJson(text, place), place);
}
