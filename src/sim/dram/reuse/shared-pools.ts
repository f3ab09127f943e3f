/**
 * Pools of runs that systems use one after the other. What a channel does in a run depends on the device, the mapping and the
 * controller alone, not on how many channels there are nor on who asks: a design space simulates one DRAM under thousands of
 * machines. The last few pools are kept, so that memory is bounded.
 */
import type { DramSystemConfig } from '../../../hardware/machine.ts';
import { AddressMap } from '../address.ts';
import type { DramDevice } from '../device.ts';
import { policyOf } from '../policy.ts';
import { ReusePool } from './stream-reuse.ts';

/** Each has as many runs as `ReusePool` lets it: hundreds of megabytes where models are large. */
const MOST_POOLS = 2;

interface Entry {
  readonly device: DramDevice;
  readonly key: string;
  readonly pool: ReusePool;
}

export class SharedPools {
  /** The one used last comes first. */
  readonly #entries: Entry[] = [];

  /** The pool of a device, as this very object, behind a controller. @throws DRAM_POLICY, DRAM_MAPPING */
  of(device: DramDevice, { mapping, controller }: DramSystemConfig): ReusePool {
    const key = JSON.stringify([mapping, controller]);
    const at = this.#entries.findIndex((each) => each.device === device && each.key === key);
    const entry = at < 0 ? undefined : this.#entries.splice(at, 1)[0];
    const pool =
      entry?.pool ??
      new ReusePool(new AddressMap(device.organisation, mapping), policyOf(controller).rowHitCap);
    this.#entries.unshift({ device, key, pool });
    if (this.#entries.length > MOST_POOLS) this.#entries.pop();
    return pool;
  }
}
