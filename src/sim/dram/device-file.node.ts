/** Finds DRAM device files on disk: those shipped in hw-configs/dram by name, others by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { MachineDram } from '../../hardware/machine.ts';
import { burstBytes, withRanks, type DramDevice } from './device.ts';
import { parseDevice } from './device-file.ts';
import { parseIniDevice } from './dramsim3/ini-device.ts';
import type { ParityDevice } from './parity-device.ts';

/** hw-configs/dram lies beside src/ and, in the package, beside dist/. */
const SHIPPED = fileURLToPath(new URL('../../../hw-configs/dram/', import.meta.url));

/** Names of the shipped devices, sorted. */
export function shippedDevices(): string[] {
  return yamlNames(SHIPPED);
}

/** The device of that name, or in the file at that path. Throws `DRAM_DEVICE`. */
export function loadDevice(nameOrPath: string): DramDevice {
  return loadFrom('', nameOrPath);
}

/** The device of a machine's DRAM, with the machine's ranks. Throws `DRAM_DEVICE`. */
export function loadMachineDevice({ device, ranks }: MachineDram): DramDevice {
  return withRanks(loadDevice(device), ranks);
}

/** DRAMsim3's configuration of that name in hw-configs/dram/dramsim3, or in the file at that path. Throws `DRAM_DEVICE`. */
export function loadDramsim3Device(nameOrPath: string): ParityDevice {
  const device = loadFrom('dramsim3/', nameOrPath);
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

/** The DRAMsim3 configuration file at `path`. Throws `DRAM_DEVICE` where it cannot be read, else see `parseIniDevice`. */
export function loadIniDevice(path: string): ParityDevice {
  return parseIniDevice(read(path, path, shippedDevices()), basename(path, '.ini'), path);
}

/**
 * Ramulator 2.1's preset of that name in hw-configs/dram/ramulator2, or in the file at that path, its addresses as RoBaRaCoCh lays
 * them. Throws `DRAM_DEVICE`.
 */
export function loadRamulator2Device(nameOrPath: string): ParityDevice {
  const device = loadFrom('ramulator2/', nameOrPath);
  const pseudoChannels = device.command.separateColumnBus ? 2 : 1;
  return {
    device,
    channels: 1,
    interleaveBytes: burstBytes(device),
    mapping: 'row-bank-bankgroup-rank-column',
    issueWidth: (channels) => pseudoChannels * channels,
  };
}

/** `folder` lies in hw-configs/dram and ends with a slash, or is empty. */
function loadFrom(folder: string, nameOrPath: string): DramDevice {
  const names = yamlNames(`${SHIPPED}${folder}`);
  const shipped = names.includes(nameOrPath);
  const text = read(shipped ? `${SHIPPED}${folder}${nameOrPath}.yaml` : nameOrPath, nameOrPath, names);
  return parseDevice(text, shipped ? `hw-configs/dram/${folder}${nameOrPath}.yaml` : nameOrPath);
}

function read(path: string, name: string, allowed: readonly string[]): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unknownDevice(name, allowed, cause);
  }
}

function yamlNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

function unknownDevice(name: string, allowed: readonly string[], cause: unknown): TritsimError {
  const hint = didYouMean(name, allowed);
  return new TritsimError('DRAM_DEVICE', 'no such DRAM device or file', {
    found: name,
    allowed,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
