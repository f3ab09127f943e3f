/** Steps plain controllers through every cycle, with the front end of the goldens. */
import type { Interleave } from '../../../../src/sim/dram/interleave.ts';
import type { RequestList } from '../../../../src/sim/dram/replay.ts';

/** What a plain controller of one channel keeps count of. */
export interface Outcome {
  readonly commands: string[];
  latency: number;
  rowHits: number;
  merged: number;
  forwarded: number;
  lastEnd: number;
}

export function newOutcome(): Outcome {
  return { commands: [], latency: 0, rowHits: 0, merged: 0, forwarded: 0, lastEnd: 0 };
}

export interface PlainController {
  readonly outcome: Outcome;
  readonly finished: boolean;
  step(cycle: number): void;
  /** False where there is no room. */
  accept(cycle: number, write: boolean, address: number, burst: number): boolean;
}

/**
 * @param acceptFirst whether requests are accepted before the controllers go, a cycle later by their own count
 * @returns whether all came to an end before cycle `limit`
 */
export function plainReplay(
  list: RequestList,
  controllers: readonly PlainController[],
  { interleave, issueWidth, acceptFirst, limit }: PlainOptions,
): boolean {
  let next = 0;
  for (let cycle = 0; cycle < limit; cycle++) {
    if (!acceptFirst) for (const controller of controllers) controller.step(cycle);
    for (let issued = 0; issued < issueWidth && next < list.length; issued++) {
      const address = list.address[next]!;
      const controller = controllers[interleave.channelOf(address)]!;
      if (list.cycle[next]! > cycle) break;
      const from = acceptFirst ? cycle : cycle + 1;
      if (!controller.accept(from, list.write[next] === 1, address, interleave.burstOf(address))) break;
      next++;
    }
    if (acceptFirst) for (const controller of controllers) controller.step(cycle + 1);
    const lastEnd = Math.max(...controllers.map(({ outcome }) => outcome.lastEnd));
    const finished = next === list.length && controllers.every((controller) => controller.finished);
    if (finished && (acceptFirst ? cycle + 1 : cycle) >= lastEnd) return true;
  }
  return false;
}

export interface PlainOptions {
  readonly interleave: Interleave;
  readonly issueWidth: number;
  readonly acceptFirst: boolean;
  readonly limit: number;
}
