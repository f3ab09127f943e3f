/** DDR4 as Ramulator 2.1 controls it: one command a cycle. See `controller.ts`. */
import { Ramulator2Controller } from './controller.ts';

export class SingleBusController extends Ramulator2Controller {
  protected override issue(cycle: number): boolean {
    const chosen = this.choose(cycle);
    if (chosen) this.send(cycle, this.command, this.bank, this.item);
    return chosen;
  }

  protected override allows(): boolean {
    return true;
  }
}
