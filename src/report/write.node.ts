/**
 * A run's folder on disk. It is written beside its place and renamed, so that nobody sees half of it, and it takes the
 * place of nothing but an empty folder or a run's.
 */
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../analysis/run.ts';
import { TritsimError } from '../errors/error.ts';
import { FIGURES, isRunFile, RUN_FILE, runFiles } from './files.ts';
import { RUN_SCHEMA_ID } from './run-schema.ts';

/**
 * Writes the files of a run into `folder`; folders above it are made.
 *
 * @returns the paths written, in the order of `runFiles`.
 * @throws OUTPUT_NOT_A_RUN where the folder holds anything else than an earlier run, which is left as it was;
 *   RUN_SCHEMA where the run does not fit its schema.
 */
export async function writeRun(run: Run, folder: string): Promise<readonly string[]> {
  const files = runFiles(run);
  const target = await realpath(folder).catch(() => path.resolve(folder));
  const existed = await refuseUnlessReplaceable(target, folder);
  await mkdir(path.dirname(target), { recursive: true });
  const workshop = await mkdtemp(`${target}.new-`);
  const [fresh, old] = [path.join(workshop, 'fresh'), path.join(workshop, 'old')];
  try {
    for (const [file, text] of files) {
      const place = path.join(fresh, file);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, text);
    }
    if (existed) await rename(target, old);
    await rename(fresh, target).catch(async (error: unknown) => {
      if (existed) await rename(old, target);
      throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return [...files.keys()].map((file) => path.join(folder, file));
}

/** Whether there is a folder to replace. */
async function refuseUnlessReplaceable(target: string, place: string): Promise<boolean> {
  const found = await filesIn(target, place);
  if (found === undefined) return false;
  const hint = 'Name another folder, or empty this one yourself.';
  const stranger = found.find((file) => !isRunFile(file));
  if (stranger !== undefined) {
    throw new TritsimError(
      'OUTPUT_NOT_A_RUN',
      'the folder holds files that no run wrote; it is left as it is',
      {
        place,
        found: stranger,
        hint,
      },
    );
  }
  if (found.length > 0 && !(await holdsRun(target))) {
    throw new TritsimError('OUTPUT_NOT_A_RUN', `the folder is not empty and has no ${RUN_FILE} of ours`, {
      place,
      found: found[0]!,
      hint,
    });
  }
  return true;
}

/** Paths in a folder, sorted, with `/` on every system; undefined where there is no such folder. */
async function filesIn(target: string, place: string): Promise<string[] | undefined> {
  try {
    const found = await readdir(target, { recursive: true });
    return found
      .map((file) => file.split(path.sep).join('/'))
      .filter((file) => file !== FIGURES)
      .toSorted();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR')
      throw new TritsimError('OUTPUT_NOT_A_RUN', 'not a folder', { place, cause: error });
    throw error;
  }
}

/** The whole schema is not asked for: a run of another version may be replaced too. */
async function holdsRun(target: string): Promise<boolean> {
  try {
    const run: unknown = JSON.parse(await readFile(path.join(target, RUN_FILE), 'utf8'));
    return typeof run === 'object' && run !== null && 'schema' in run && run.schema === RUN_SCHEMA_ID;
  } catch {
    return false;
  }
}
