/** The variants of the goldens' devices (test/fixtures/dram/README.md) as our devices and configurations. */
import type { DramSystemConfig } from '../../../src/hardware/machine.ts';
import { withRanks, type DramDevice } from '../../../src/sim/dram/device.ts';
import { loadDramsim3Device, loadRamulator2Device } from '../../../src/sim/dram/device-file.node.ts';
import type { ParityDevice } from '../../../src/sim/dram/parity-device.ts';
import { GROUPED } from './support.ts';

export interface Variant {
  readonly device: DramDevice;
  readonly config: DramSystemConfig;
}

/** MOP4CLXOR in our words. */
const MOP = 'row^lowcolumn-column-bank^lowcolumn-bankgroup^lowcolumn-rank^lowcolumn-column:2';

export function dramsim3Variant(name: string): Variant {
  const ours = { DDR4_8Gb_x8_3200: 'DDR4-3200', DDR4_8Gb_x8_2400: 'DDR4-2400', HBM2_8Gb_x128: 'HBM2-2000' };
  const [base, change] = name.split('.') as [string, string?];
  const parity = loadDramsim3Device(ours[base as keyof typeof ours] ?? 'LPDDR4-2400');
  return variant(parity, 'dramsim3', {
    ranks: change === '1rank' ? 1 : undefined,
    mapping: change === 'bgint' ? GROUPED : undefined,
  });
}

export function ramulator2Variant(name: string): Variant {
  const [base, change] = name.split('.') as [string, string?];
  const parity = loadRamulator2Device(base.replace('_', '-'));
  return variant(parity, change === 'rowhit' ? 'ramulator2-rowhit' : 'ramulator2', {
    ranks: change === '1rank' ? 1 : undefined,
    mapping: change === 'mop' ? MOP : undefined,
    channels: change?.endsWith('ch') === true ? Number.parseInt(change, 10) : undefined,
  });
}

function variant(
  parity: ParityDevice,
  policy: string,
  change: {
    readonly ranks?: number | undefined;
    readonly mapping?: string | undefined;
    readonly channels?: number | undefined;
  },
): Variant {
  const device = change.ranks === undefined ? parity.device : withRanks(parity.device, change.ranks);
  const config: DramSystemConfig = {
    device: device.name,
    channels: change.channels ?? parity.channels,
    interleaveBytes: parity.interleaveBytes,
    mapping: change.mapping ?? parity.mapping,
    controller: { policy, readQueue: 32, writeQueue: 32, page: 'open' },
  };
  return { device, config };
}
