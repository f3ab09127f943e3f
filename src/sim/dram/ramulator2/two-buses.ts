/**
 * HBM as Ramulator 2.1 controls it: a cycle takes one column command and then one row command. See `controller.ts`.
 *
 * HBM3 runs in half clocks. On a rising edge (odd cycles) anything goes; on a falling edge only precharges, and on the one that
 * pairs with the last row command of a rising edge (the next edge, the third after an ACT) only to another pseudo-channel or,
 * unless either command is for all banks, to another bank.
 */
import { ACT, PRE, PREA, RD, REF, WR } from '../commands.ts';
import { Ramulator2Controller } from './controller.ts';

export class TwoBusController extends Ramulator2Controller {
  #wantsColumn = false;

  protected override issue(cycle: number): boolean {
    const column = this.issueOn(cycle, true);
    return this.issueOn(cycle, false) || column;
  }

  protected issueOn(cycle: number, column: boolean): boolean {
    this.#wantsColumn = column;
    if (!this.choose(cycle)) return false;
    const { command, bank } = this;
    this.send(cycle, command, bank, this.item);
    if (!column) this.onRowCommand(cycle, command, bank);
    return true;
  }

  protected onRowCommand(_cycle: number, _command: number, _bank: number): void {}

  protected override allows(command: number, _bank: number, _cycle: number): boolean {
    return (command === RD || command === WR) === this.#wantsColumn;
  }
}

export class HalfClockController extends TwoBusController {
  /** The last row command of a rising edge, its bank, and the falling edge that pairs with it. */
  #paired = -1;
  #pairedBank = 0;
  #pairedEdge = -1;

  protected override issue(cycle: number): boolean {
    return isRising(cycle) ? super.issue(cycle) : this.issueOn(cycle, false);
  }

  protected override onRowCommand(cycle: number, command: number, bank: number): void {
    if (!isRising(cycle)) return;
    this.#paired = command;
    this.#pairedBank = bank;
    this.#pairedEdge = cycle + (command === ACT ? 3 : 1);
  }

  protected override allows(command: number, bank: number, cycle: number): boolean {
    if (isRising(cycle)) return super.allows(command, bank, cycle);
    if (this.#pairs(command, bank, cycle)) return true;
    this.soonest = cycle + 1;
    return false;
  }

  /** Whether the command may go on this falling edge. */
  #pairs(command: number, bank: number, cycle: number): boolean {
    if (command !== PRE && command !== PREA) return false;
    if (cycle !== this.#pairedEdge) return true;
    const { rankOf } = this.timing;
    if (rankOf[bank] !== rankOf[this.#pairedBank]) return true;
    return command === PRE && this.#paired !== PREA && this.#paired !== REF && bank !== this.#pairedBank;
  }
}

function isRising(cycle: number): boolean {
  return cycle % 2 === 1;
}
