import { TritsimError } from '../../../errors/error.ts';
import type { DramDevice } from '../device.ts';
import type { Ramulator2Controller, Ramulator2Options } from './controller.ts';
import { SingleBusController } from './single-bus.ts';
import { SplitActivateController } from './split-activate.ts';
import { HalfClockController, TwoBusController } from './two-buses.ts';

/** The controller that Ramulator 2.1 has for the device's standard. Throws `DRAM_CONFIG` where stack ids don't come out even. */
export function createRamulator2(device: DramDevice, options: Ramulator2Options): Ramulator2Controller {
  const { ranks, stacks = 1 } = device.organisation;
  if (ranks % stacks !== 0) {
    throw new TritsimError('DRAM_CONFIG', 'ranks are pseudo-channels × stack ids', {
      place: `${device.name}: organisation.ranks`,
      found: String(ranks),
      allowed: [`a multiple of ${stacks}`],
    });
  }
  if (device.standard === 'LPDDR5') return new SplitActivateController(device, options);
  if (device.standard === 'HBM3') return new HalfClockController(device, options);
  if (device.standard === 'HBM2') return new TwoBusController(device, options);
  return new SingleBusController(device, options);
}
