/** Runs an address trace on a DRAM of its own and reports what happened. Units: cycles of the command clock, bytes. */
import { TritsimError } from '../../errors/error.ts';
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { AddressMap } from './address.ts';
import { Controller } from './controller.ts';
import { countsOf, type ChannelCounts, type DramCounts } from './counts.ts';
import { burstBytes, channelBytes, type DramDevice } from './device.ts';
import { Dramsim3Controller } from './dramsim3/controller.ts';
import { replayDramsim3 } from './dramsim3/replay.ts';
import { Interleave } from './interleave.ts';
import { LATENCY_BIN_CYCLES, type ReadLatency } from './latency.ts';
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

/** What a controller tells after a run. */
interface RanChannel extends ChannelCounts {
  readonly latency: ReadLatency;
  /** Writes that it leaves unsent. */
  readonly writesLeft: number;
}

/**
 * Runs `requests` on channels of our own controller, or with policy `dramsim3` on controllers that behave as DRAMsim3's;
 * there the device is one of hw-configs/dram/dramsim3 and queue lengths and page policy are DRAMsim3's own.
 *
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
  checkAddresses(requests, channelBytes(device) * config.channels, config.channels);
  const interleave = new Interleave(config.channels, config.interleaveBytes, burstBytes(device));
  const each = <T>(make: () => T) => Array.from({ length: config.channels }, make);
  if (config.controller.policy === 'dramsim3') {
    const controllers = each(() => new Dramsim3Controller(device, config.mapping));
    const { firstAccept, lastEnd } = replayDramsim3(requests, controllers, interleave, issueWidth);
    // Its counts cover the cycle in which the last data leave the bus.
    return summary(device, requests.length, controllers, lastEnd - firstAccept, lastEnd + 1);
  }
  const policy = policyOf(config.controller);
  const map = () => new AddressMap(device.organisation, config.mapping);
  const controllers = each(() => new Controller(device, map(), policy, () => {}));
  const { firstAccept, lastEnd } = replay(requests, controllers, interleave, issueWidth);
  return summary(device, requests.length, controllers, lastEnd - firstAccept, lastEnd);
}

function checkAddresses(requests: RequestList, capacity: number, channels: number): void {
  let at = 0;
  while (at < requests.length && requests.address[at]! < capacity) at++;
  if (at === requests.length) return;
  throw new TritsimError('DRAM_TRACE', 'an address lies outside the memory', {
    place: `request ${at + 1}`,
    found: `0x${requests.address[at]!.toString(16)}`,
    allowed: [`below 0x${capacity.toString(16)} with ${channels} channel(s)`],
  });
}

function summary(
  device: DramDevice,
  requests: number,
  channels: readonly RanChannel[],
  cycles: number,
  counted: number,
): TraceRun {
  const [p, q] = device.periodPs;
  const nanoseconds = (cycles * p) / (q * 1000);
  const readLatencies = histogram(channels);
  const reads = readLatencies.reduce((sum, [, count]) => sum + count, 0);
  const latencies = channels.reduce((sum, { latency }) => sum + latency.sum, 0);
  return {
    cycles,
    nanoseconds,
    bytesPerSecond: (requests * burstBytes(device) * 1e9) / nanoseconds,
    counts: countsOf(channels, device, counted),
    meanReadLatency: reads === 0 ? null : latencies / reads,
    readLatencies,
    writesNeverIssued: channels.reduce((sum, { writesLeft }) => sum + writesLeft, 0),
  };
}

function histogram(channels: readonly RanChannel[]): [number, number][] {
  const bins = new Float64Array(channels[0]!.latency.bins.length);
  for (const { latency } of channels) latency.bins.forEach((reads, i) => (bins[i]! += reads));
  return Array.from(bins, (reads, i): [number, number] => [i * LATENCY_BIN_CYCLES, reads]).filter(
    ([, reads]) => reads > 0,
  );
}
