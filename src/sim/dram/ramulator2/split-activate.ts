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
import { NONE } from '../parity/request-pool.ts';
import { Ramulator2Controller } from './controller.ts';

export class SplitActivateController extends Ramulator2Controller {
  act2 = 0;
  cas = 0;
  /** The bank whose activation waits for its second half, or NONE, and until when. */
  #activating = NONE;
  #deadline = 0;
  /** A column command whose CAS has gone, its bank and the item of its request. */
  #synchronised = NONE;
  #columnBank = NONE;
  #columnItem = NONE;
  #writeClockUntil = 0;

  override get finished(): boolean {
    return super.finished && this.#activating === NONE;
  }

  protected override issue(cycle: number): boolean {
    if (this.#synchronised !== NONE) return this.#follow(cycle);
    const due = this.#activating !== NONE && this.#deadline <= cycle;
    if (due || !this.choose(cycle)) return this.#secondHalf(cycle);
    if (isColumn(this.command) && cycle >= this.#writeClockUntil) {
      // The cycle after the CAS is taken, too.
      if (this.#activating !== NONE && this.#deadline <= cycle + 1) return this.#secondHalf(cycle);
      this.#synchronised = this.command;
      this.#columnBank = this.bank;
      this.#columnItem = this.item;
      this.cas++;
      return true;
    }
    this.#sendColumn(cycle, this.command, this.bank, this.item);
    return true;
  }

  protected override allows(command: number, bank: number): boolean {
    if (this.#activating === NONE) return true;
    if (bank === this.#activating) return false;
    if (isColumn(command) || command === PRE) return true;
    const { rankOf } = this.timing;
    return command !== ACT && rankOf[bank] !== rankOf[this.#activating];
  }

  protected override onActivate(cycle: number, bank: number): void {
    this.#activating = bank;
    this.#deadline = cycle + this.device.timings['tAAD']!;
  }

  #secondHalf(cycle: number): boolean {
    if (this.#activating === NONE) return false;
    this.promote(this.#activating, cycle);
    this.#activating = NONE;
    this.act2++;
    return true;
  }

  #follow(cycle: number): boolean {
    const command = this.#synchronised;
    if (!this.isReady(command, this.#columnBank, cycle)) return false;
    this.#synchronised = NONE;
    this.#sendColumn(cycle, command, this.#columnBank, this.#columnItem);
    return true;
  }

  /** Sends any command; a column command keeps the write clock running. */
  #sendColumn(cycle: number, command: number, bank: number, item: number): void {
    if (isColumn(command)) {
      const { timings } = this.device;
      const latency = timings[command === RD ? 'RL' : 'WL']!;
      const until = cycle + latency + burstCycles(this.device) + timings['tWCKPST']!;
      this.#writeClockUntil = Math.max(this.#writeClockUntil, until);
    }
    this.send(cycle, command, bank, item);
  }
}

function isColumn(command: number): boolean {
  return command === RD || command === WR;
}
