/** Finds DRAM device files on disk: those shipped in hw-configs/dram by name, others by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { MachineDram } from '../../hardware/machine.ts';
import { burstBytes, withRanks, type DramDevice, type RuleSet } from './device.ts';
import { parseDevice } from './device-file.ts';

/** hw-configs/dram lies beside src/ and, in the package, beside dist/. */
const SHIPPED = fileURLToPath(new URL('../../../hw-configs/dram/', import.meta.url));

/** Names of the shipped devices, sorted. */
export function shippedDevices(): string[] {
  return yamlNames(SHIPPED);
}

/** The device of that name, or in the file at that path. Throws `DRAM_DEVICE`. */
export function loadDevice(nameOrPath: string): DramDevice {
  const shipped = shippedDevices();
  const path = shipped.includes(nameOrPath) ? `${SHIPPED}${nameOrPath}.yaml` : nameOrPath;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw unknownDevice(nameOrPath, shipped, cause);
  }
  return parseDevice(text, path === nameOrPath ? path : `hw-configs/dram/${nameOrPath}.yaml`);
}

/** The device of a machine's DRAM, with the machine's ranks. Throws `DRAM_DEVICE`. */
export function loadMachineDevice({ device, ranks }: MachineDram): DramDevice {
  return withRanks(loadDevice(device), ranks);
}

/** Where a parity policy brings what its tool's configuration says: the device, and how addresses lie in it. */
export interface ParityDevice {
  readonly device: DramDevice;
  readonly channels: number;
  readonly interleaveBytes: number;
  readonly mapping: string;
  /** Requests that the front end of the goldens offers a cycle. */
  readonly issueWidth: (channels: number) => number;
}

/** DRAMsim3's configuration of that name in hw-configs/dram/dramsim3. Throws `DRAM_DEVICE`. */
export function loadDramsim3Device(name: string): ParityDevice {
  const device = loadOf('dramsim3', name);
  // Its HBM interleaves eight channels by rows; the others have one channel.
  const rowBytes = device.organisation.burstsPerRow * burstBytes(device);
  const hbm = device.command.separateColumnBus;
  return {
    device,
    channels: hbm ? 8 : 1,
    interleaveBytes: rowBytes,
    mapping: hbm ? 'row-rank-bankgroup-bank-column' : 'row-rank-bank-bankgroup-column',
    issueWidth: () => 1,
  };
}

/** Ramulator 2.1's preset of that name in hw-configs/dram/ramulator2, its addresses as RoBaRaCoCh lays them. Throws `DRAM_DEVICE`. */
export function loadRamulator2Device(name: string): ParityDevice {
  const device = loadOf('ramulator2', name);
  const pseudoChannels = device.command.separateColumnBus ? 2 : 1;
  return {
    device,
    channels: 1,
    interleaveBytes: burstBytes(device),
    mapping: 'row-bank-bankgroup-rank-column',
    issueWidth: (channels) => pseudoChannels * channels,
  };
}

function loadOf(rules: RuleSet, name: string): DramDevice {
  const folder = `${SHIPPED}${rules}/`;
  const names = yamlNames(folder);
  if (!names.includes(name)) throw unknownDevice(name, names);
  return parseDevice(readFileSync(`${folder}${name}.yaml`, 'utf8'), `hw-configs/dram/${rules}/${name}.yaml`);
}

function yamlNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

function unknownDevice(name: string, allowed: readonly string[], cause?: unknown): TritsimError {
  const hint = didYouMean(name, allowed);
  return new TritsimError('DRAM_DEVICE', 'no such DRAM device or file', {
    found: name,
    allowed,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
