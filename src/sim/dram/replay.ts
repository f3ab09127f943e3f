/**
 * Feeds a list of requests to the channels on its own, without streams: strictly in the list's order, each from its own cycle
 * on, at most `issueWidth` in a cycle; a request whose queue is full holds up all behind it.
 *
 * Units: bytes, cycles.
 */
import type { Controller } from './controller.ts';
import { HitStream } from './hit-stream.ts';
import type { Interleave } from './interleave.ts';

export interface RequestList {
  readonly length: number;
  /** First byte of each request. */
  readonly address: Float64Array;
  /** 1: write. */
  readonly write: Uint8Array;
  /** Cycle before which it may not be accepted. */
  readonly cycle: Float64Array;
}

/** The list with where and how fast it is fed. */
export interface FrontEnd {
  readonly requests: RequestList;
  readonly interleave: Interleave;
  /** Requests accepted in one cycle at most. */
  readonly issueWidth: number;
  /** Told how many requests have been accepted, each time this many more have. */
  readonly progress: (accepted: number) => void;
}

export const PROGRESS_REQUESTS = 2 ** 14;

export interface ReplayResult {
  readonly firstAccept: number;
  /** Cycle by which the last data have left the bus. */
  readonly lastEnd: number;
}

/** Replays `requests` until the last data have left the bus, writes that wait included. */
export function replay(front: FrontEnd, controllers: readonly Controller[]): ReplayResult {
  const { requests, interleave, issueWidth, progress } = front;
  const only = controllers.length === 1 ? controllers[0]! : null;
  const hits = only === null ? null : new HitStream(only, front);
  let cycle = 0;
  let issued = 0;
  let firstAccept = 0;
  let lastEnd = 0;
  for (let i = 0; i < requests.length; i++) {
    const stamp = requests.cycle[i]!;
    let from = issued < issueWidth ? cycle : cycle + 1;
    if (stamp > from) from = stamp;
    const address = requests.address[i]!;
    const controller = only ?? controllers[interleave.channelOf(address)]!;
    const burst = interleave.burstOf(address);
    const write = requests.write[i] === 1;
    const at = acceptanceCycle(controller, write, burst, from);
    if (!controller.accept(at, write, burst, 0)) lastEnd = Math.max(lastEnd, at + 1);
    if (i === 0) firstAccept = at;
    issued = at === cycle ? issued + 1 : 1;
    cycle = at;
    const nextReport = i - (i % PROGRESS_REQUESTS) + PROGRESS_REQUESTS;
    const followed = hits === null ? 0 : hits.follow(i + 1, Math.min(nextReport, requests.length));
    if (followed > 0) {
      i += followed;
      cycle = controller.readRoomFrom;
      issued = 1;
    }
    if ((i + 1) % PROGRESS_REQUESTS === 0) progress(i + 1);
  }
  for (const controller of controllers) {
    while (controller.waiting > 0) controller.run(Infinity, true);
    lastEnd = Math.max(lastEnd, controller.lastDataEnd);
  }
  for (const controller of controllers) controller.run(lastEnd, false);
  return { firstAccept, lastEnd };
}

/** Simulates up to the first cycle from `from` on in which the request can be accepted, and returns it. */
function acceptanceCycle(controller: Controller, write: boolean, burst: number, from: number): number {
  const queue = write ? controller.writes : controller.reads;
  let at = from;
  for (;;) {
    while (queue.size === queue.capacity) controller.run(Infinity, true);
    at = Math.max(at, write ? controller.writeRoomFrom : controller.readRoomFrom);
    controller.run(at + 1, false);
    if (!write || !controller.mustFollowRead(burst)) return at;
    controller.run(Infinity, true);
    at = Math.max(at, controller.now);
  }
}
