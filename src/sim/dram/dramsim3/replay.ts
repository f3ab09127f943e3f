/** Feeds a list of requests to controllers that behave as DRAMsim3's, in its order of things. Units: cycles. */
import { PROGRESS_REQUESTS, type FrontEnd, type ReplayResult } from '../replay.ts';
import type { Dramsim3Controller } from './controller.ts';

/**
 * In each cycle the controllers go first, then up to `issueWidth` requests are accepted in the list's order, which count from
 * the next cycle. Ends with the cycle in which the last data leave the bus.
 */
export function replayDramsim3(
  { requests, interleave, issueWidth, progress }: FrontEnd,
  controllers: readonly Dramsim3Controller[],
): ReplayResult {
  let next = 0;
  let firstAccept = 0;
  let cycle = 0;
  for (;;) {
    for (const controller of controllers) controller.step(cycle);
    for (let issued = 0; issued < issueWidth && next < requests.length; issued++) {
      if (requests.cycle[next]! > cycle) break;
      const address = requests.address[next]!;
      const write = requests.write[next] === 1;
      const controller = controllers[interleave.channelOf(address)]!;
      if (!controller.hasRoom(write)) break;
      controller.accept(cycle + 1, write, address, interleave.burstOf(address));
      if (next === 0) firstAccept = cycle + 1;
      next++;
      if (next % PROGRESS_REQUESTS === 0) progress(next);
    }
    const lastEnd = controllers.reduce((end, { lastDataEnd }) => Math.max(end, lastDataEnd), 0);
    const finished = next === requests.length && controllers.every((controller) => controller.finished);
    if (finished && cycle >= lastEnd) return { firstAccept, lastEnd };
    let event = finished ? lastEnd : Infinity;
    if (next < requests.length) {
      const controller = controllers[interleave.channelOf(requests.address[next]!)]!;
      if (controller.hasRoom(requests.write[next] === 1)) event = requests.cycle[next]!;
    }
    for (const controller of controllers) event = Math.min(event, controller.nextEvent(cycle + 1));
    cycle = Math.max(cycle + 1, event);
  }
}
