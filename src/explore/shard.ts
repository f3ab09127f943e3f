/**
 * A share of an exploration for one job of many that know nothing of each other: the array of a batch system. Shard i of n takes
 * every n-th point from the i-th on, so that neighbours, which take about the same time, are spread over all.
 */
import { TritsimError } from '../errors/error.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** A shard as the command line writes it: `2/8`. @throws EXPLORE_SHARD */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count && Number.isSafeInteger(shard.count)) return shard;
  throw new TritsimError('EXPLORE_SHARD', 'no shard is called so', {
    place: '--shard',
    found: `'${text}'`,
    allowed: ['1/n, 2/n, … n/n'],
  });
}

/** Those of the points that are the shard's, in order. */
export function* shareOf(points: Iterable<number>, { index, count }: Shard): Generator<number> {
  let turn = 0;
  for (const point of points) {
    if (turn === index - 1) yield point;
    turn = (turn + 1) % count;
  }
}

/** How many of `total` points are the shard's. */
export function shareSize(total: number, { index, count }: Shard): number {
  return Math.max(0, Math.ceil((total - (index - 1)) / count));
}
