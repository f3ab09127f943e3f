/** Feeds a list of requests to controllers that behave as Ramulator 2.1's, in its order of things. Units: cycles. */
import { PROGRESS_REQUESTS, type FrontEnd, type ReplayResult } from '../replay.ts';
import type { Ramulator2Controller } from './controller.ts';

/**
 * In each cycle up to `issueWidth` requests are accepted in the list's order, then the controllers go, a cycle later by their
 * own count. Ends with the cycle in which the last data leave the bus.
 */
export function replayRamulator2(
  { requests, interleave, issueWidth, progress }: FrontEnd,
  controllers: readonly Ramulator2Controller[],
): ReplayResult {
  const { length, address, write, cycle: stamp } = requests;
  let next = 0;
  let firstAccept = 0;
  let cycle = 0;
  for (;;) {
    let refused = false;
    for (let issued = 0; issued < issueWidth && next < length && stamp[next]! <= cycle; issued++) {
      const controller = controllers[interleave.channelOf(address[next]!)]!;
      const burst = interleave.burstOf(address[next]!);
      refused = !controller.accept(cycle, write[next] === 1, address[next]!, burst);
      if (refused) break;
      if (next === 0) firstAccept = cycle;
      next++;
      if (next % PROGRESS_REQUESTS === 0) progress(next);
    }
    for (const controller of controllers) controller.step(cycle + 1);
    const lastEnd = controllers.reduce((end, { lastDataEnd }) => Math.max(end, lastDataEnd), 0);
    const finished = next === length && controllers.every((controller) => controller.finished);
    if (finished && cycle + 1 >= lastEnd) return { firstAccept, lastEnd };
    let event = finished ? lastEnd - 1 : Infinity;
    if (next < length && !refused) event = stamp[next]!;
    for (const controller of controllers) event = Math.min(event, controller.nextEvent(cycle + 2) - 1);
    cycle = Math.max(cycle + 1, event);
  }
}
