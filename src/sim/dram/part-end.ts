/** When a part can be done at the earliest, from what is queued now. Units: cycles, burst indices within the channel. */
import { RD, WR } from './commands.ts';
import type { Controller } from './controller.ts';
import type { Part } from './part.ts';
import type { RequestQueue } from './queue.ts';

/**
 * A cycle before which `part` cannot be done.
 * @param distinct of a write part, the writes of its stream up to its last one that each take a place of the queue
 * @param writers the queues of parts that hold writes, empty where none does; null: no write has a burst in common with `part`
 */
export function earliestEnd(
  part: Part,
  controller: Controller,
  distinct: number,
  writers: readonly (readonly Part[])[] | null,
): number {
  if (part.left === 0 && part.waiting === 0) return part.end;
  const { now, burstCycles, readCycles, timing, writes } = controller;
  const from = Math.max(now, part.start);
  if (part.write) {
    const accepted = from + part.left;
    // Those that the queue has no room for wait for as many WRs; what one frees is taken a cycle later, and done one after that.
    const sends = writes.size + distinct - writes.capacity;
    if (sends < 1) return accepted;
    return Math.max(accepted, Math.max(now, timing.soonest(WR)) + (sends - 1) * burstCycles + 2);
  }
  const answered = writers === null ? 0 : answeredAtMost(part, writers, writes);
  const reads = part.left - answered + part.waiting;
  if (reads === 0) return part.left === 0 ? 0 : from + part.left;
  const sent = Math.max(part.waiting === 0 ? from : now, timing.soonest(RD));
  return Math.max(part.left === 0 ? 0 : from + part.left, sent + (reads - 1) * burstCycles + readCycles);
}

/** Whether a write part has a burst in common with a write that waits or may yet come from `queues`. */
export function mayMerge(part: Part, queues: readonly (readonly Part[])[], writes: RequestQueue): boolean {
  return meetsWrites(part, queues) || waitingIn(part, writes) > 0;
}

/** Whether a part has a burst in common with a write part of `queues`. */
function meetsWrites(part: Part, queues: readonly (readonly Part[])[]): boolean {
  const end = part.nextBurst + part.left;
  for (const queue of queues) {
    for (const other of queue) {
      const overlaps = other.nextBurst < end && other.nextBurst + other.left > part.nextBurst;
      if (other.write && overlaps) return true;
    }
  }
  return false;
}

/** How many writes wait for bursts of a part. */
function waitingIn(part: Part, writes: RequestQueue): number {
  const end = part.nextBurst + part.left;
  let count = 0;
  for (let entry = writes.first; entry >= 0; entry = writes.nextOf(entry)) {
    const burst = writes.burstOf(entry);
    if (burst >= part.nextBurst && burst < end) count++;
  }
  return count;
}

/** How many reads of a part may be answered at once, one a cycle, by writes that wait or may yet come from `queues`. */
function answeredAtMost(part: Part, queues: readonly (readonly Part[])[], writes: RequestQueue): number {
  return meetsWrites(part, queues) ? part.left : waitingIn(part, writes);
}
