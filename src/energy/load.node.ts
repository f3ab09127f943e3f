/** Price files on disk: the shipped tables by name, a user's by path. */
import { readFile, readdir } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { parseOverrides, type Override } from './overrides.ts';
import { filesBeside, resolveTable } from './resolve-table.ts';
import type { PriceTable } from './table.ts';

/** The same from `src/energy` and from `dist/energy`. */
const SHIPPED = fileURLToPath(new URL('../../hw-configs/tech', import.meta.url));
const EXTENSION = /\.ya?ml$/;
const TABLE = /^schema: tritsim\.prices\//m;

/** Names of the shipped price tables, sorted. */
export async function listPrices(): Promise<string[]> {
  const files = (await readdir(SHIPPED)).filter((file) => EXTENSION.test(file)).toSorted();
  const contents = await Promise.all(files.map((file) => read(resolve(SHIPPED, file))));
  return files.filter((_, i) => TABLE.test(contents[i]!)).map((file) => file.replace(EXTENSION, ''));
}

/**
 * The table of a shipped name (`jouppi-7nm`) or of a file (`my/prices.yaml`). Files that it names are looked for beside
 * it, then among the shipped ones.
 *
 * @throws PRICES_UNKNOWN, PRICES_FILE, and everything that the file can have wrong (`resolve-table.ts`)
 */
export async function loadPrices(nameOrPath: string): Promise<PriceTable> {
  const path = EXTENSION.test(nameOrPath) ? resolve(nameOrPath) : await shippedPath(nameOrPath);
  const label = EXTENSION.test(nameOrPath) ? relative('.', path) : `${nameOrPath}.yaml`;
  const content = await read(path);
  const beside = new Map<string, string>();
  for (const name of filesBeside(content, label)) {
    beside.set(name, await readFirst([resolve(dirname(path), name), resolve(SHIPPED, name)]));
  }
  return resolveTable(content, label, beside);
}

/** The overrides in a user's file, for `--prices`. @throws PRICES_FILE and as `parseOverrides` */
export async function loadOverrides(path: string): Promise<Override[]> {
  return parseOverrides(await read(resolve(path)), relative('.', path));
}

async function shippedPath(name: string): Promise<string> {
  const names = await listPrices();
  if (names.includes(name)) return resolve(SHIPPED, `${name}.yaml`);
  const hint = didYouMean(name, names);
  throw new TritsimError(
    'PRICES_UNKNOWN',
    'no price table of this name is shipped, and a path ends in .yaml',
    {
      found: `'${name}'`,
      allowed: names,
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

async function readFirst(paths: readonly string[]): Promise<string> {
  for (const path of paths.slice(0, -1)) {
    const content = await readFile(path, 'utf8').catch(() => undefined);
    if (content !== undefined) return content;
  }
  return read(paths.at(-1)!);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TritsimError('PRICES_FILE', 'the price file cannot be read', {
      place: relative('.', path),
      cause,
    });
  }
}
