/** Feeds a list of requests to controllers that behave as DRAMsim3's, in its order of things. Units: cycles. */
import { PROGRESS_REQUESTS, type FrontEnd, type ReplayResult } from '../replay.ts';
import type { Dramsim3Controller } from './controller.ts';

/**
 * In each cycle the controllers go first, then up to `issueWidth` requests are accepted in the list's order, which count from
 * the next cycle. Ends with the cycle in which the last data leave the bus.
 *
 * @throws DRAM_LIVELOCK where DRAMsim3 itself would never end
 */
export function replayDramsim3(
  { requests, interleave, issueWidth, progress }: FrontEnd,
  controllers: readonly Dramsim3Controller[],
): ReplayResult {
  const { length, address, write, cycle: stamp } = requests;
  /** By controller: the first cycle in which anything can happen there. */
  const due = new Float64Array(controllers.length);
  let next = 0;
  let channel = length > 0 ? interleave.channelOf(address[0]!) : 0;
  let firstAccept = 0;
  let cycle = 0;
  for (;;) {
    for (let i = 0; i < due.length; i++) {
      if (due[i]! > cycle) continue;
      controllers[i]!.step(cycle);
      due[i] = controllers[i]!.nextEvent(cycle + 1);
    }
    let event = Infinity;
    for (let issued = 0; next < length; issued++) {
      const controller = controllers[channel]!;
      const writes = write[next] === 1;
      // A head that is refused is tried again when its controller has done something.
      if (!controller.hasRoom(writes)) break;
      if (issued === issueWidth || stamp[next]! > cycle) {
        event = stamp[next]!;
        break;
      }
      controller.accept(cycle + 1, writes, address[next]!, interleave.burstOf(address[next]!));
      due[channel] = controller.nextEvent(cycle + 1);
      if (next === 0) firstAccept = cycle + 1;
      next++;
      if (next < length) channel = interleave.channelOf(address[next]!);
      if (next % PROGRESS_REQUESTS === 0) progress(next);
    }
    if (next === length && controllers.every((controller) => controller.finished)) {
      const lastEnd = controllers.reduce((end, { lastDataEnd }) => Math.max(end, lastDataEnd), 0);
      if (cycle >= lastEnd) return { firstAccept, lastEnd };
      event = lastEnd;
    }
    for (let i = 0; i < due.length; i++) if (due[i]! < event) event = due[i]!;
    cycle = event > cycle ? event : cycle + 1;
  }
}
