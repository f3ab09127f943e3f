/** The traffic patterns of the DRAM goldens, from their definitions (test/fixtures/dram/README.md). */
import type { RequestList } from '../../../src/sim/dram/replay.ts';

interface Item {
  /** For requests of 64 B; scaled to the device's unit. */
  readonly address: number;
  readonly write?: boolean;
  readonly cycle?: number;
}

const MIB = 2 ** 20;
const COUNT = 16384;

function xorshift32(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

function items(length: number, item: (i: number) => Item): Item[] {
  return Array.from({ length }, (_, i) => item(i));
}

const PATTERNS: Readonly<Record<string, () => Item[]>> = {
  seq_read: () => items(COUNT, (i) => ({ address: 64 * i })),
  seq_write: () => items(COUNT, (i) => ({ address: 64 * i, write: true })),
  stride256: () => items(COUNT, (i) => ({ address: 256 * i })),
  stride8k64: () => items(COUNT, (i) => ({ address: 8256 * i })),
  rand_read: () => {
    const draw = xorshift32(0x12345678);
    return items(COUNT, () => ({ address: 64 * (draw() >>> 10) }));
  },
  rand_rw21: () => {
    const draw = xorshift32(0x9e3779b9);
    return items(COUNT, () => {
      const address = 64 * (draw() >>> 10);
      return { address, write: draw() % 3 === 0 };
    });
  },
  streams4_same: () => items(COUNT, (i) => ({ address: (i % 4) * 64 * MIB + 64 * Math.floor(i / 4) })),
  streams4_off: () =>
    items(COUNT, (i) => ({ address: (i % 4) * (64 * MIB + 16384) + 64 * Math.floor(i / 4) })),
  seq_w8: () =>
    items(COUNT, (i) => {
      const eighth = Math.floor(i / 8);
      return i % 8 === 7 ? { address: 128 * MIB + 64 * eighth, write: true } : { address: 64 * (i - eighth) };
    }),
  burst_idle: () => items(4096, (i) => ({ address: 64 * i, cycle: 20_000 * Math.floor(i / 64) })),
  sparse_read: () => {
    const draw = xorshift32(0x0badf00d);
    return items(512, (i) => ({ address: 64 * (draw() >>> 10), cycle: 500 * i }));
  },
  tile2d: () =>
    items(16_000, (i) => {
      const [tile, within] = [Math.floor(i / 128), i % 128];
      const [down, across] = [Math.floor(tile / 5), tile % 5];
      const row = 64 * down + Math.floor(within / 2);
      return { address: row * 640 + 128 * across + 64 * (within % 2) };
    }),
};

/** The requests of a pattern for a device whose access unit is `unit` bytes. */
export function patternRequests(name: string, unit: number): RequestList {
  const list = PATTERNS[name]!();
  return {
    length: list.length,
    address: Float64Array.from(list, ({ address }) => (address * unit) / 64),
    write: Uint8Array.from(list, ({ write }) => (write === true ? 1 : 0)),
    cycle: Float64Array.from(list, ({ cycle }) => cycle ?? 0),
  };
}
