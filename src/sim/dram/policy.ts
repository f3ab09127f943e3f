/**
 * The choices of a memory controller that are not the device's: which row stays open, when writes are drained, how often a
 * younger row hit may pass an older request. A machine file names a policy and sets queue lengths and the page policy; what
 * else it says of the controller stands in place of the policy's choice.
 */
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { DramSystemConfig } from '../../hardware/machine.ts';

export interface ControllerPolicy {
  readonly readQueue: number;
  readonly writeQueue: number;
  /** `open`: a row stays open until another is wanted; `closed`: it is precharged once no waiting request hits it. */
  readonly page: 'open' | 'closed';
  /** Column commands of one activation after which an older request for another row of that bank goes first. */
  readonly rowHitCap: number;
  /** Writes are drained from this many on (fraction of the write queue) until this many are left and reads wait. */
  readonly writeHigh: number;
  readonly writeLow: number;
  /** `bank`: REFPB in turn where the standard has it. */
  readonly refresh: 'rank' | 'bank';
  /** Whether the ranks' refreshes are spread evenly over the interval or fall due together. */
  readonly refreshStagger: 'even' | 'none';
  /** How the banks of a rank are closed before its refresh: one PREA, or one PRE a bank. */
  readonly refreshPrecharge: 'all' | 'each';
}

type PolicyChoices = Omit<ControllerPolicy, 'readQueue' | 'writeQueue' | 'page'>;

/** Named sets. `default` is ours: FR-FCFS, hits capped, writes drained between 3/4 and 1/4 of their queue. */
const POLICIES: Readonly<Record<string, PolicyChoices>> = {
  default: {
    rowHitCap: 32,
    writeHigh: 0.75,
    writeLow: 0.25,
    refresh: 'rank',
    refreshStagger: 'even',
    refreshPrecharge: 'all',
  },
  'per-bank-refresh': {
    rowHitCap: 32,
    writeHigh: 0.75,
    writeLow: 0.25,
    refresh: 'bank',
    refreshStagger: 'even',
    refreshPrecharge: 'each',
  },
};

export const POLICY_NAMES: readonly string[] = Object.keys(POLICIES);

/**
 * The policy that a machine's DRAM asks for.
 * @throws DRAM_POLICY on an unknown name, a queue without entries, or thresholds that leave nothing to drain
 */
export function policyOf(config: DramSystemConfig['controller']): ControllerPolicy {
  const choices = POLICIES[config.policy];
  if (choices === undefined) {
    const hint = didYouMean(config.policy, POLICY_NAMES);
    throw new TritsimError('DRAM_POLICY', 'no such controller policy', {
      place: 'dram.controller.policy',
      found: config.policy,
      allowed: POLICY_NAMES,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  for (const [place, entries] of Object.entries({
    readQueue: config.readQueue,
    writeQueue: config.writeQueue,
  })) {
    if (!Number.isInteger(entries) || entries < 1) {
      throw new TritsimError('DRAM_POLICY', 'a queue has at least one entry', {
        place: `dram.controller.${place}`,
        found: String(entries),
      });
    }
  }
  const { readQueue, writeQueue, page } = config;
  const rowHitCap = config.rowHitCap ?? choices.rowHitCap;
  const writeHigh = config.writeHigh ?? choices.writeHigh;
  const writeLow = config.writeLow ?? choices.writeLow;
  const refreshStagger = config.refreshStagger ?? choices.refreshStagger;
  if (!(writeLow < writeHigh && writeLow >= 0 && writeHigh <= 1)) {
    throw new TritsimError('DRAM_POLICY', 'writes are drained from more of their queue than to less of it', {
      place: 'dram.controller.writeLow',
      found: `from ${writeHigh} to ${writeLow} of it`,
      allowed: ['0 ≤ writeLow < writeHigh ≤ 1'],
    });
  }
  return { ...choices, readQueue, writeQueue, page, rowHitCap, writeHigh, writeLow, refreshStagger };
}
