/** Finds DRAM device files on disk: those shipped in hw-configs/dram by name, others by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import { burstBytes, type DramDevice } from './device.ts';
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

/** Where a parity policy brings what its tool's configuration says: the device, and how addresses lie in it. */
export interface ParityDevice {
  readonly device: DramDevice;
  readonly channels: number;
  readonly interleaveBytes: number;
  readonly mapping: string;
}

/** DRAMsim3's configuration of that name in hw-configs/dram/dramsim3. Throws `DRAM_DEVICE`. */
export function loadDramsim3Device(name: string): ParityDevice {
  const folder = `${SHIPPED}dramsim3/`;
  const names = yamlNames(folder);
  if (!names.includes(name)) throw unknownDevice(name, names);
  const path = `${folder}${name}.yaml`;
  const device = parseDevice(readFileSync(path, 'utf8'), `hw-configs/dram/dramsim3/${name}.yaml`);
  // Its HBM interleaves eight channels by rows; the others have one channel.
  const rowBytes = device.organisation.burstsPerRow * burstBytes(device);
  return device.command.separateColumnBus
    ? { device, channels: 8, interleaveBytes: rowBytes, mapping: 'row-rank-bankgroup-bank-column' }
    : { device, channels: 1, interleaveBytes: rowBytes, mapping: 'row-rank-bank-bankgroup-column' };
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
