/** Runs an address trace on a DRAM of its own and reports what happened. Units: cycles of the command clock, bytes. */
import { TritsimError } from '../../errors/error.ts';
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { AddressMap } from './address.ts';
import { Controller } from './controller.ts';
import { countsOf, type DramCounts } from './counts.ts';
import { burstBytes, channelBytes, type DramDevice } from './device.ts';
import { Interleave } from './interleave.ts';
import { LATENCY_BIN_CYCLES } from './latency.ts';
import { policyOf } from './policy.ts';
import { replay, type RequestList } from './replay.ts';

export interface TraceRun {
  /** From the first acceptance to the last data. */
  readonly cycles: number;
  readonly nanoseconds: number;
  /** Requests × burst ÷ time. */
  readonly bytesPerSecond: number;
  readonly counts: DramCounts;
  /** From acceptance to the last data, cycles; null without reads. */
  readonly meanReadLatency: number | null;
  /** `[first cycle of the bin, reads]`, empty bins left out. */
  readonly readLatencies: readonly (readonly [cycles: number, reads: number])[];
  /** Writes that the policy leaves in the controller at the end. */
  readonly writesNeverIssued: number;
}

/**
 * @param config channels, interleaving, mapping and controller, as for a machine
 * @param issueWidth requests accepted in one cycle at most
 * @throws DRAM_TRACE where an address lies outside the memory; see `Interleave`, `AddressMap`, `policyOf`
 */
export function runTrace(
  device: DramDevice,
  config: DramSystemConfig,
  requests: RequestList,
  issueWidth: number,
): TraceRun {
  const capacity = channelBytes(device) * config.channels;
  let beyond = 0;
  while (beyond < requests.length && requests.address[beyond]! < capacity) beyond++;
  if (beyond < requests.length) {
    throw new TritsimError('DRAM_TRACE', 'an address lies outside the memory', {
      place: `request ${beyond + 1}`,
      found: `0x${requests.address[beyond]!.toString(16)}`,
      allowed: [`below 0x${capacity.toString(16)} with ${config.channels} channel(s)`],
    });
  }
  const interleave = new Interleave(config.channels, config.interleaveBytes, burstBytes(device));
  const policy = policyOf(config.controller);
  const controllers = Array.from(
    { length: config.channels },
    () => new Controller(device, new AddressMap(device.organisation, config.mapping), policy, () => {}),
  );
  const { firstAccept, lastEnd } = replay(requests, controllers, interleave, issueWidth);
  const cycles = lastEnd - firstAccept;
  const [p, q] = device.periodPs;
  const nanoseconds = (cycles * p) / (q * 1000);
  const readLatencies = histogram(controllers);
  const reads = readLatencies.reduce((sum, [, count]) => sum + count, 0);
  const latencies = controllers.reduce((sum, { latency }) => sum + latency.sum, 0);
  return {
    cycles,
    nanoseconds,
    bytesPerSecond: (requests.length * burstBytes(device) * 1e9) / nanoseconds,
    counts: countsOf(controllers, device, lastEnd),
    meanReadLatency: reads === 0 ? null : latencies / reads,
    readLatencies,
    writesNeverIssued: 0,
  };
}

function histogram(controllers: readonly Controller[]): [number, number][] {
  const bins = new Float64Array(controllers[0]!.latency.bins.length);
  for (const { latency } of controllers) latency.bins.forEach((reads, i) => (bins[i]! += reads));
  return Array.from(bins, (reads, i): [number, number] => [i * LATENCY_BIN_CYCLES, reads]).filter(
    ([, reads]) => reads > 0,
  );
}
