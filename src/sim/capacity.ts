/** Whether a model fits the DRAM of a machine. Units: bytes. */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import type { Plan } from '../mapping/plan.ts';
import { channelBytes, type DramDevice } from './dram/device.ts';

/** @throws MAPPING_DRAM_FULL with both sizes */
export function checkCapacity(plan: Plan, machine: Machine, device: DramDevice): void {
  const capacity = channelBytes(device) * machine.dram.channels;
  const needed = plan.addresses.totalBytes;
  if (needed > capacity) {
    throw new TritsimError('MAPPING_DRAM_FULL', 'the model does not fit the DRAM', {
      place: `${machine.name}: dram`,
      found: `${needed} bytes of weights, embedding, KV cache, logits and spilled values`,
      allowed: [
        `at most ${capacity} bytes (${machine.dram.channels} channels of ${machine.dram.ranks} × ${device.name})`,
      ],
      hint: 'Give the machine more ranks (dram.ranks), channels or a larger device, or pack the weights more tightly.',
    });
  }
}
