/** When a part can be done at the earliest, from what is queued now. Units: cycles, burst indices within the channel. */
import type { Controller } from './controller.ts';
import type { Part } from './part.ts';
import type { RequestQueue } from './queue.ts';

/** A cycle before which `part` cannot be done; `writers`: the queues of parts that hold writes, empty where none does. */
export function earliestEnd(
  part: Part,
  controller: Controller,
  writers: readonly (readonly Part[])[],
): number {
  if (part.left === 0 && part.waiting === 0) return part.end;
  const { now, burstCycles, readCycles, writes } = controller;
  const from = Math.max(now, part.start);
  if (part.write) return from + part.left;
  const reads = part.left - answeredAtMost(part, writers, writes) + part.waiting;
  const all = reads === 0 ? 0 : (part.waiting === 0 ? from : now) + (reads - 1) * burstCycles + readCycles;
  return part.left === 0 ? all : Math.max(from + part.left, all);
}

/** How many reads of a part may be answered at once, one a cycle, by writes that wait or may yet come from `queues`. */
function answeredAtMost(part: Part, queues: readonly (readonly Part[])[], writes: RequestQueue): number {
  const end = part.nextBurst + part.left;
  for (const queue of queues) {
    for (const other of queue) {
      const overlaps = other.nextBurst < end && other.nextBurst + other.left > part.nextBurst;
      if (other.write && overlaps) return part.left;
    }
  }
  let count = 0;
  for (let entry = writes.first; entry >= 0; entry = writes.after[entry]!) {
    const burst = writes.burst[entry]!;
    if (burst >= part.nextBurst && burst < end) count++;
  }
  return count;
}
