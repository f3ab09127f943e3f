/** The folders of shards put together: their records appended to one folder, which is then as if one run had filled it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TritsimError } from '../errors/error.ts';
import { openRecords, readStudy, RECORDS, writeStudy } from './folder.node.ts';
import { keyOfLine } from './row.ts';
import { Segment } from './store/segment.node.ts';
import type { Store } from './store/store.node.ts';
import type { Study } from './study.ts';

/** Records appended at a time: some megabytes. */
const MOST_RECORDS = 4096;

/** Records that a folder had, and those of them that were new in the merged one. */
export interface MergedFolder {
  readonly folder: string;
  readonly records: number;
  readonly fresh: number;
}

/**
 * Puts the records of `folders` into `out`, which may hold some already. Merging again changes nothing.
 * @throws EXPLORE_MERGE where a folder holds another study or one of another program; EXPLORE_FOLDER, EXPLORE_STUDY, EXPLORE_STORE,
 *   EXPLORE_STORE_WRITE
 */
export function mergeExplorations(folders: readonly string[], out: string): MergedFolder[] {
  const [first, ...rest] = folders.map((folder) => ({ folder, study: readStudy(folder) }));
  const there = studyIfThere(out);
  for (const other of [...rest, ...there]) requireSame(first!, other);
  writeStudy(out, first!.study);
  const records = openRecords(out);
  try {
    return folders.map((folder) => mergeFolder(folder, records));
  } finally {
    records.close();
  }
}

interface Found {
  readonly folder: string;
  readonly study: Study;
}

function studyIfThere(folder: string): Found[] {
  try {
    return [{ folder, study: readStudy(folder) }];
  } catch (error) {
    if (error instanceof TritsimError && error.code === 'EXPLORE_FOLDER') return [];
    throw error;
  }
}

function requireSame(first: Found, other: Found): void {
  const parts = ['name', 'program', 'space', 'base', 'traces'] as const;
  const part = parts.find((key) => JSON.stringify(first.study[key]) !== JSON.stringify(other.study[key]));
  if (part === undefined) return;
  const [wanted, found] = [first, other].map(({ study }) => describe(study, part));
  throw new TritsimError('EXPLORE_MERGE', `the folder is of another ${SAID[part]} than ${first.folder}`, {
    place: other.folder,
    ...(found !== wanted && { found: found!, allowed: [wanted!] }),
    hint: 'Only shards of one study, run by one version of the program on the same traces, are put together.',
  });
}

const SAID = {
  name: 'space',
  program: 'program',
  space: 'version of the space',
  base: 'base machine',
  traces: 'trace or workload',
} as const;

/** A part of a study in few words; of what is long nothing. */
function describe(study: Study, part: keyof typeof SAID): string {
  if (part === 'traces') return study.traces.map(({ name, hash }) => `${name} ${hash}`).join(' and ');
  return part === 'name' || part === 'program' ? study[part] : '';
}

function mergeFolder(folder: string, into: Store): MergedFolder {
  let [records, fresh] = [0, 0];
  let waiting: { key: string; line: string }[] = [];
  const append = (): void => {
    fresh += into.append(waiting);
    waiting = [];
  };
  const place = join(folder, RECORDS);
  for (const name of existsSync(place) ? readdirSync(place).toSorted() : []) {
    if (!name.endsWith('.jsonl')) continue;
    const segment = new Segment(place, name);
    try {
      segment.readOn((line, offset) => {
        const key = keyOfLine(line);
        if (key === undefined) {
          throw new TritsimError('EXPLORE_STORE', 'a line is no record', {
            place: `${join(place, name)}: byte ${offset}`,
          });
        }
        records++;
        waiting.push({ key, line: `${line}\n` });
        if (waiting.length >= MOST_RECORDS) append();
      });
    } finally {
      segment.close();
    }
  }
  append();
  return { folder, records, fresh };
}
