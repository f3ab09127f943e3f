/**
 * LPDDR5 as Ramulator 2.1 controls it: one command a cycle, an activation in two halves, the write clock synchronised by a CAS
 * command before a column command unless it still runs. See `controller.ts`.
 *
 *   ACT1 ──(at most tAAD)──▶ ACT2       the second half goes when nothing else can, or at its deadline before all else;
 *                                       until then no other activation starts and its bank is neither closed nor refreshed
 *   CAS ──(next cycle)──▶ RD or WR      nothing goes in between; put off where it would take an ACT2's last cycle
 *
 * tRCD and tRAS count from ACT1; ACT here is ACT1, and the two others are counted apart.
 */
import { ACT, PRE, RD, WR } from '../commands.ts';
import { burstCycles } from '../device.ts';
import { Ramulator2Controller, type Chosen, type Request } from './controller.ts';

/** Second half of an activation; no timing row names it. */
const ACT2 = 7;

export class SplitActivateController extends Ramulator2Controller {
  act2 = 0;
  cas = 0;
  /** The activation that waits for its second half. */
  #activating: { readonly request: Request; readonly deadline: number } | null = null;
  /** A column command whose CAS has gone. */
  #synchronised: Chosen | null = null;
  #writeClockUntil = 0;

  override get finished(): boolean {
    return super.finished && this.#activating === null;
  }

  protected override issue(cycle: number): boolean {
    if (this.#synchronised !== null) return this.#follow(cycle, this.#synchronised);
    const due = this.#activating !== null && this.#activating.deadline <= cycle;
    const chosen = due ? null : this.choose(cycle);
    if (chosen === null) return this.#secondHalf();
    if (isColumn(chosen.command) && cycle >= this.#writeClockUntil) {
      // The cycle after the CAS is taken, too.
      if (this.#activating !== null && this.#activating.deadline <= cycle + 1) return this.#secondHalf();
      this.#synchronised = chosen;
      this.cas++;
      return true;
    }
    this.#column(cycle, chosen);
    return true;
  }

  protected override allows(command: number, bank: number): boolean {
    if (command === ACT2) return false;
    if (this.#activating === null || isColumn(command)) return true;
    if (command === ACT) return false;
    const own = this.#activating.request.bank;
    return command === PRE ? bank !== own : this.timing.rankOf(bank) !== this.timing.rankOf(own);
  }

  protected override needed(request: Request): number {
    return this.#activating?.request.bank === request.bank ? ACT2 : super.needed(request);
  }

  protected override onActivate(cycle: number, request: Request): void {
    this.#activating = { request, deadline: cycle + this.device.timings['tAAD']! };
  }

  #secondHalf(): boolean {
    if (this.#activating === null) return false;
    this.promote(this.#activating.request);
    this.#activating = null;
    this.act2++;
    return true;
  }

  #follow(cycle: number, chosen: Chosen): boolean {
    if (!this.isReady(chosen.command, chosen.bank, cycle)) return false;
    this.#synchronised = null;
    this.#column(cycle, chosen);
    return true;
  }

  #column(cycle: number, chosen: Chosen): void {
    const { timings } = this.device;
    if (isColumn(chosen.command)) {
      const latency = timings[chosen.command === RD ? 'RL' : 'WL']!;
      const until = cycle + latency + burstCycles(this.device) + timings['tWCKPST']!;
      this.#writeClockUntil = Math.max(this.#writeClockUntil, until);
    }
    this.send(cycle, chosen);
  }
}

function isColumn(command: number): boolean {
  return command === RD || command === WR;
}
