/**
 * The records of an exploration on disk: a folder of segments, each a file of lines that one process appends to and no other.
 * So nothing is ever locked or rewritten: a process that is killed leaves at most a torn last line, which is not read; two that
 * run at the same time write two segments; a key that both evaluated has two equal records, of which the first counts.
 * Why not a lock: docs/decisions/0005-exploration-store.md.
 *
 * Writes are synchronous: a record that was appended is the system's, whatever happens to the process. What a loss of power takes
 * from the system's buffers is evaluated again.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TritsimError } from '../../errors/error.ts';
import { KeyTable } from '../key-table.ts';
import { keyOfLine, rowOfLine, type Row } from '../row.ts';
import { Segment } from './segment.node.ts';

const SEGMENT = /^rows-\d{6}\.jsonl$/;
/** A location is segment × this + offset: files up to a tebibyte. */
const SEGMENT_STRIDE = 2 ** 40;

/** Writes bytes of a file from `offset` of the array on, like `fs.writeSync`: returns how many, or throws. */
export type Write = (file: number, bytes: Uint8Array, offset: number) => number;

const writeToFile: Write = (file, bytes, offset) => writeSync(file, bytes, offset);

export class Store {
  readonly #folder: string;
  readonly #write: Write;
  readonly #segments: Segment[] = [];
  #own: number | undefined;
  #keys = KeyTable.of();
  #locations = new Float64Array(this.#keys.places);

  /**
   * Opens the records in a folder, made where it is not there, and reads their keys.
   * @throws EXPLORE_STORE where a whole line is not one of ours
   */
  constructor(folder: string, write: Write = writeToFile) {
    this.#folder = folder;
    this.#write = write;
    mkdirSync(folder, { recursive: true });
    this.refresh();
  }

  /** Keys of all records; another table once it has grown. */
  get keys(): KeyTable {
    return this.#keys;
  }

  /** Reads what has been appended since, by this process or another. */
  refresh(): void {
    for (const name of readdirSync(this.#folder).toSorted()) {
      if (!SEGMENT.test(name) || this.#segments.some((segment) => segment.name === name)) continue;
      this.#segments.push(new Segment(this.#folder, name));
    }
    this.#segments.forEach((segment, index) => {
      segment.readOn((line, offset) => {
        const key = keyOfLine(line);
        if (key === undefined) {
          throw new TritsimError(
            'EXPLORE_STORE',
            'a line is no record; the file was changed by something else',
            {
              place: `${join(this.#folder, segment.name)}: byte ${offset}`,
              found: JSON.stringify(line.slice(0, 40)),
              hint: 'Remove the line; what it recorded is evaluated again.',
            },
          );
        }
        this.#note(key, index * SEGMENT_STRIDE + offset);
      });
    });
  }

  /** The record of a key, or undefined. */
  find(key: string): Row | undefined {
    const place = this.#keys.placeOf(key);
    if (place === undefined) return undefined;
    const location = this.#locations[place]!;
    const segment = this.#segments[Math.floor(location / SEGMENT_STRIDE)]!;
    const row = rowOfLine(segment.lineAt(location % SEGMENT_STRIDE));
    if (row?.key === key) return row;
    throw new TritsimError('EXPLORE_STORE', 'a record is not where it was', {
      place: join(this.#folder, segment.name),
    });
  }

  /**
   * Appends records, each a whole line; those whose key is there are left out.
   * @returns the number appended
   * @throws EXPLORE_STORE_WRITE where the disk is full or gone; whole lines that were written stay
   */
  append(records: readonly { readonly key: string; readonly line: string }[]): number {
    const fresh = new Map<string, string>();
    for (const { key, line } of records) if (!this.#keys.has(key)) fresh.set(key, line);
    if (fresh.size === 0) return 0;
    const file = (this.#own ??= this.#create());
    const bytes = Buffer.from([...fresh.values()].join(''));
    try {
      for (let done = 0; done < bytes.length;) done += this.#write(file, bytes, done);
    } catch (cause) {
      throw new TritsimError('EXPLORE_STORE_WRITE', 'a record cannot be written', {
        place: this.#folder,
        found: (cause as Error).message,
        hint: 'Make room and run the same command again: what was recorded is kept.',
        cause,
      });
    }
    this.refresh();
    return fresh.size;
  }

  close(): void {
    if (this.#own !== undefined) {
      fsyncSync(this.#own);
      closeSync(this.#own);
    }
    for (const segment of this.#segments) segment.close();
  }

  /** A segment that no other process has: `wx` creates it or fails. */
  #create(): number {
    for (let number = this.#segments.length + 1; ; number++) {
      const name = `rows-${String(number).padStart(6, '0')}.jsonl`;
      try {
        return openSync(join(this.#folder, name), 'wx');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  #note(key: string, location: number): void {
    if (this.#keys.has(key)) return;
    if (this.#keys.isFull) {
      const [old, locations] = [this.#locations, new Float64Array(2 * this.#keys.places)];
      this.#keys = this.#keys.doubled((from, to) => {
        locations[to] = old[from]!;
      });
      this.#locations = locations;
    }
    this.#locations[this.#keys.add(key)] = location;
  }
}
