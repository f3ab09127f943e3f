/** Finds DRAM device files on disk: those shipped in hw-configs/dram by name, others by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { DramDevice } from './device.ts';
import { parseDevice } from './device-file.ts';

/** hw-configs/dram lies beside src/ and, in the package, beside dist/. */
const SHIPPED = fileURLToPath(new URL('../../../hw-configs/dram/', import.meta.url));

/** Names of the shipped devices, sorted. */
export function shippedDevices(): string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/** The device of that name, or in the file at that path. Throws `DRAM_DEVICE`. */
export function loadDevice(nameOrPath: string): DramDevice {
  const shipped = shippedDevices();
  const path = shipped.includes(nameOrPath) ? `${SHIPPED}${nameOrPath}.yaml` : nameOrPath;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const hint = didYouMean(nameOrPath, shipped);
    throw new TritsimError('DRAM_DEVICE', 'no such DRAM device or file', {
      found: nameOrPath,
      allowed: shipped,
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return parseDevice(text, path === nameOrPath ? path : `hw-configs/dram/${nameOrPath}.yaml`);
}
