/** The files that machines of a space name, each read once. */
import type { PriceTable } from '../../energy/table.ts';
import { loadPrices } from '../../energy/load.node.ts';
import { loadMachineDevice } from '../../sim/dram/device-file.node.ts';
import type { DramDevice } from '../../sim/dram/device.ts';
import type { Resources } from '../study.ts';

export function fileResources(): Resources {
  const devices = new Map<string, DramDevice>();
  const tables = new Map<string, Promise<PriceTable>>();
  return {
    device(dram) {
      const key = `${dram.ranks} ${dram.device}`;
      const device = devices.get(key) ?? loadMachineDevice(dram);
      devices.set(key, device);
      return device;
    },
    prices(name) {
      const table = tables.get(name) ?? loadPrices(name);
      tables.set(name, table);
      return table;
    },
  };
}
