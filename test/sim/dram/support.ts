/** What the DRAM tests share: devices, controllers that record their commands, lists of requests. */
import { AddressMap } from '../../../src/sim/dram/address.ts';
import { Controller } from '../../../src/sim/dram/controller.ts';
import { burstBytes, type DramDevice } from '../../../src/sim/dram/device.ts';
import { loadDevice, shippedDevices } from '../../../src/sim/dram/device-file.node.ts';
import { Interleave } from '../../../src/sim/dram/interleave.ts';
import { policyOf, type ControllerPolicy } from '../../../src/sim/dram/policy.ts';
import { replay, type RequestList } from '../../../src/sim/dram/replay.ts';
import { commandOf, type Command } from './checker.ts';

export const DEVICES = shippedDevices().map(loadDevice);

export function deviceNamed(name: string): DramDevice {
  return DEVICES.find((device) => device.name === name)!;
}

/** Consecutive bursts go to consecutive bank groups. */
export const GROUPED = 'row-rank-bank-column-bankgroup';
/** Consecutive bursts fill a row. */
export const LINEAR = 'row-rank-bankgroup-bank-column';

export const DEFAULT: ControllerPolicy = policyOf({
  policy: 'default',
  readQueue: 32,
  writeQueue: 32,
  page: 'open',
});

export interface Request {
  readonly burst: number;
  readonly write?: boolean;
  readonly cycle?: number;
}

export interface Run {
  readonly commands: readonly Command[];
  readonly controller: Controller;
  readonly firstAccept: number;
  readonly lastEnd: number;
  /** By request: the end of a read's data; −1 for a write or an answer from the write queue. */
  readonly ends: readonly number[];
}

/** Runs requests on one channel and records everything. */
export function runRequests(
  device: DramDevice,
  requests: readonly Request[],
  options: { mapping?: string; policy?: Partial<ControllerPolicy> } = {},
): Run {
  const bytes = burstBytes(device);
  const list: RequestList = {
    length: requests.length,
    address: Float64Array.from(requests, (r) => r.burst * bytes),
    write: Uint8Array.from(requests, (r) => (r.write === true ? 1 : 0)),
    cycle: Float64Array.from(requests, (r) => r.cycle ?? 0),
  };
  const commands: Command[] = [];
  const endOfBurst = new Map<number, number>();
  const controller: Controller = new Controller(
    device,
    new AddressMap(device.organisation, options.mapping ?? LINEAR),
    { ...DEFAULT, ...options.policy },
    () => {},
    (cycle, command, bank, row, burst) => {
      commands.push(commandOf(device, cycle, command, bank, row, burst));
      if (commands.at(-1)!.name === 'RD') endOfBurst.set(burst, cycle + controller.readCycles);
    },
  );
  const { firstAccept, lastEnd } = replay(
    { requests: list, interleave: new Interleave(1, bytes, bytes), issueWidth: 1, progress: () => {} },
    [controller],
  );
  const ends = requests.map((r) => (r.write === true ? -1 : (endOfBurst.get(r.burst) ?? -1)));
  return { commands, controller, firstAccept, lastEnd, ends };
}
