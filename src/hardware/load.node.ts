/** Machine files on disk: the shipped ones by name, a user's by path. */
import { readFile, readdir } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { readChain, type FoundFile } from './chain.ts';
import type { Machine } from './machine.ts';
import { mergeFiles, type MachineDocument } from './merge.ts';
import { resolveMachine } from './resolve.ts';

/** The same from `src/hardware` and from `dist/hardware`. */
const SHIPPED = fileURLToPath(new URL('../../hw-configs/machines', import.meta.url));
const PRESETS = 'presets/';
const EXTENSION = /\.ya?ml$/;

/** Names of the shipped machines, sorted. */
export async function listMachines(): Promise<string[]> {
  return namesIn('');
}

/**
 * The machine of a shipped name (`edge-ternary`) or of a file (`my/machine.yaml`), presets merged and checked.
 * @throws MACHINE_UNKNOWN, MACHINE_FILE, and everything that the file can have wrong (`resolve.ts`, `chain.ts`).
 */
export async function loadMachine(nameOrPath: string): Promise<Machine> {
  return resolveMachine(await loadMachineDocument(nameOrPath));
}

/** The same machine before it is checked, for overrides and for lists of all faults. */
export async function loadMachineDocument(nameOrPath: string): Promise<MachineDocument> {
  return mergeFiles(await readChain(nameOrPath, findFile));
}

async function findFile(reference: string, from: string | undefined): Promise<FoundFile> {
  const isPath = EXTENSION.test(reference);
  const path = isPath
    ? resolve(from === undefined ? '.' : dirname(from), reference)
    : await shippedPath(reference);
  const label = isPath ? (from === undefined ? reference : relative('.', path)) : `${reference}.yaml`;
  try {
    return { id: path, label, text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new TritsimError('MACHINE_FILE', 'the machine file cannot be read', { place: label, cause });
  }
}

/** Only names that are there are turned into paths. */
async function shippedPath(name: string): Promise<string> {
  const names = [...(await namesIn('')), ...(await namesIn(PRESETS))];
  if (names.includes(name)) return resolve(SHIPPED, `${name}.yaml`);
  const hint = didYouMean(name, names);
  throw new TritsimError('MACHINE_UNKNOWN', 'no machine of this name is shipped, and a path ends in .yaml', {
    found: `'${name}'`,
    allowed: await namesIn(''),
    ...(hint === undefined ? {} : { hint }),
  });
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(resolve(SHIPPED, folder));
  return entries
    .filter((entry) => EXTENSION.test(entry))
    .map((entry) => folder + entry.replace(EXTENSION, ''))
    .toSorted();
}
