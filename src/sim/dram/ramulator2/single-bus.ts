/** DDR4 as Ramulator 2.1 controls it: one command a cycle. See `controller.ts`. */
import { Ramulator2Controller } from './controller.ts';

export class SingleBusController extends Ramulator2Controller {
  protected override issue(cycle: number): boolean {
    const chosen = this.choose(cycle);
    if (chosen !== null) this.send(cycle, chosen);
    return chosen !== null;
  }

  protected override allows(): boolean {
    return true;
  }
}
