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
  /** By controller: the first cycle of its own count in which anything can happen there. */
  const due = new Float64Array(controllers.length);
  let next = 0;
  let firstAccept = 0;
  let cycle = 0;
  for (;;) {
    let refused = false;
    for (let issued = 0; issued < issueWidth && next < length && stamp[next]! <= cycle; issued++) {
      const at = address[next]!;
      const channel = interleave.channelOf(at);
      refused = !controllers[channel]!.accept(cycle, write[next] === 1, at, interleave.burstOf(at));
      if (refused) break;
      due[channel] = controllers[channel]!.nextEvent(cycle + 1);
      if (next === 0) firstAccept = cycle;
      next++;
      if (next % PROGRESS_REQUESTS === 0) progress(next);
    }
    let event = next < length && !refused ? stamp[next]! : Infinity;
    for (let i = 0; i < due.length; i++) {
      if (due[i]! <= cycle + 1) {
        controllers[i]!.step(cycle + 1);
        due[i] = controllers[i]!.nextEvent(cycle + 2);
      }
      if (due[i]! - 1 < event) event = due[i]! - 1;
    }
    if (next === length && controllers.every((controller) => controller.finished)) {
      const lastEnd = controllers.reduce((end, { lastDataEnd }) => Math.max(end, lastDataEnd), 0);
      if (cycle + 1 >= lastEnd) return { firstAccept, lastEnd };
      event = Math.min(event, lastEnd - 1);
    }
    cycle = event > cycle ? event : cycle + 1;
  }
}
