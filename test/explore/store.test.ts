/** Is every record that was written found again, once, after torn lines, full disks and two writers at a time? */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeyTable } from '../../src/explore/key-table.ts';
import { lineOf, type Row } from '../../src/explore/row.ts';
import { Store } from '../../src/explore/store/store.node.ts';
import { hashOf } from '../../src/hardware/hash.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tritsim-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rowOf = (i: number): Row => ({
  key: hashOf(i),
  machine: null,
  trace: 'µ',
  fidelity: 'cycle',
  error: { code: 'TEST', message: `row ${i} ≤ ${'x'.repeat(i % 7000)}` },
});
const recordOf = (i: number) => ({ key: hashOf(i), line: lineOf(rowOf(i)) });
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const found = (store: Store, to: number): number[] =>
  range(0, to).filter((i) => store.find(hashOf(i)) !== undefined);

test('records are found again, whole, by another process', () => {
  const store = new Store(folder);
  expect(store.append(range(0, 3000).map(recordOf))).toBe(3000);
  for (const i of [0, 1, 2999]) expect(store.find(hashOf(i))).toEqual(rowOf(i));
  store.close();
  const again = new Store(folder);
  expect(again.keys.size).toBe(3000);
  expect(again.find(hashOf(2500))).toEqual(rowOf(2500));
  expect(again.find(hashOf(3000))).toBeUndefined();
  again.close();
});

test('a record that is there is not written again', () => {
  const store = new Store(folder);
  store.append(range(0, 10).map(recordOf));
  expect(store.append([...range(5, 12), 11].map(recordOf))).toBe(2);
  store.close();
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  expect(text.split('\n')).toHaveLength(13);
});

test('a file that is cut anywhere loses the records behind the cut and no other', () => {
  const whole = new Store(folder);
  whole.append(range(0, 5).map(recordOf));
  whole.close();
  const name = join(folder, readdirSync(folder)[0]!);
  const bytes = readFileSync(name);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), (cut) => {
      truncateSync(name, 0);
      appendFileSync(name, bytes.subarray(0, cut));
      const store = new Store(folder);
      const lines = bytes.subarray(0, cut).toString().split('\n').length - 1;
      expect(found(store, 5)).toEqual(range(0, lines));
      store.close();
    }),
  );
});

test('two that write at the same time lose nothing and hear of each other', () => {
  const [a, b] = [new Store(folder), new Store(folder)];
  a.append(range(0, 10).map(recordOf));
  b.append(range(5, 15).map(recordOf));
  expect(a.find(hashOf(12))).toBeUndefined();
  a.refresh();
  expect(a.find(hashOf(12))).toEqual(rowOf(12));
  expect(readdirSync(folder)).toHaveLength(2);
  a.close();
  b.close();
  const both = new Store(folder);
  expect(found(both, 20)).toEqual(range(0, 15));
  expect(both.keys.size).toBe(15);
  both.close();
});

test('a disk that is full stops the run with a named error and keeps what was whole', () => {
  let room = 700;
  const store = new Store(folder, (file, bytes, offset) => {
    if (room === 0) throw new Error('ENOSPC: no space left on device, write');
    const written = writeSync(file, bytes, offset, Math.min(room, 100, bytes.length - offset));
    room -= written;
    return written;
  });
  expect(() => store.append(range(0, 10).map(recordOf))).toThrow(
    /EXPLORE_STORE_WRITE|cannot be written.*ENOSPC/,
  );
  store.close();
  const again = new Store(folder);
  const kept = found(again, 10);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(10);
  expect(again.append(range(0, 10).map(recordOf))).toBe(10 - kept.length);
  expect(found(again, 10)).toEqual(range(0, 10));
  again.close();
});

test('a whole line that is no record is refused with its place', () => {
  const store = new Store(folder);
  store.append([recordOf(1)]);
  store.close();
  appendFileSync(join(folder, readdirSync(folder)[0]!), 'hello\n');
  expect(() => new Store(folder)).toThrow(/rows-000001\.jsonl: byte \d+: a line is no record/);
});

describe('the table of keys', () => {
  test('has what was added, and nothing else, however often it grew', () => {
    let table = KeyTable.of(16);
    for (const i of range(0, 2000)) {
      if (table.isFull) table = table.doubled(() => {});
      table.add(hashOf(i));
    }
    expect(table.size).toBe(2000);
    const reader = new KeyTable(table.words);
    expect(range(0, 4000).filter((i) => reader.has(hashOf(i)))).toEqual(range(0, 2000));
  });
});
