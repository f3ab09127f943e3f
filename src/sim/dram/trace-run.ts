/** Runs an address trace on a DRAM of its own and reports what happened. Units: cycles of the command clock, bytes. */
import { TritsimError } from '../../errors/error.ts';
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { AddressMap } from './address.ts';
import { Controller, type CommandObserver } from './controller.ts';
import { countsOf, type ChannelCounts, type DramCounts } from './counts.ts';
import { burstBytes, channelBytes, type DramDevice } from './device.ts';
import { Dramsim3Controller } from './dramsim3/controller.ts';
import { replayDramsim3 } from './dramsim3/replay.ts';
import { Interleave } from './interleave.ts';
import { LATENCY_BIN_CYCLES, type ReadLatency } from './latency.ts';
import { policyOf } from './policy.ts';
import { createRamulator2 } from './ramulator2/create.ts';
import { replayRamulator2 } from './ramulator2/replay.ts';
import { replay, type FrontEnd, type ReplayResult, type RequestList } from './replay.ts';

/** Controllers that behave as another simulator's; `ramulator2-rowhit` is its scheduler FRFCFS-RowHit. */
export const PARITY_POLICIES = ['dramsim3', 'ramulator2', 'ramulator2-rowhit'] as const;
type ParityPolicy = (typeof PARITY_POLICIES)[number];

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

export interface TraceOptions {
  /** Told now and then how many requests have been accepted. */
  readonly progress?: (accepted: number) => void;
  /** Told every command as it is sent, in order of time on each channel. */
  readonly onCommand?: (channel: number, ...command: Parameters<CommandObserver>) => void;
}

/** What a controller tells after a run. */
interface RanChannel extends ChannelCounts {
  readonly latency: ReadLatency;
  /** Writes that it leaves unsent. */
  readonly writesLeft: number;
}

/**
 * Runs `requests` on channels of our own controller, or with a parity policy on controllers that behave as that tool's; there
 * the device is one of hw-configs/dram/<tool>, and queue lengths and page policy are the tool's own.
 *
 * @param config channels, interleaving, mapping and controller, as for a machine
 * @param issueWidth requests accepted in one cycle at most
 * @throws DRAM_TRACE where an address lies outside the memory; DRAM_POLICY where the device is not of the policy's tool; see
 *   `Interleave`, `AddressMap`, `policyOf`
 */
export function runTrace(
  device: DramDevice,
  config: DramSystemConfig,
  requests: RequestList,
  issueWidth: number,
  { progress = () => {}, onCommand }: TraceOptions = {},
): TraceRun {
  checkAddresses(requests, channelBytes(device) * config.channels, config.channels);
  const { policy } = config.controller;
  if (isParity(policy)) checkRules(device, policy);
  const interleave = new Interleave(config.channels, config.interleaveBytes, burstBytes(device));
  const front: FrontEnd = { requests, interleave, issueWidth, progress };
  const observer = (channel: number): CommandObserver | undefined =>
    onCommand === undefined ? undefined : (...command) => onCommand(channel, ...command);
  const { controllers, ended, counted } = (RUNS[policy] ?? runOurs)(device, config, front, observer);
  return summary(device, requests.length, controllers, ended.lastEnd - ended.firstAccept, counted);
}

interface Ran {
  readonly controllers: readonly RanChannel[];
  readonly ended: ReplayResult;
  /** Cycles that the counts cover. */
  readonly counted: number;
}

type Observers = (channel: number) => CommandObserver | undefined;

type Run = (device: DramDevice, config: DramSystemConfig, front: FrontEnd, observer: Observers) => Ran;

const RUNS: Readonly<Record<string, Run>> = {
  dramsim3: (device, { channels, mapping }, front, observer) => {
    const controllers = each(
      channels,
      (channel) => new Dramsim3Controller(device, mapping, observer(channel)),
    );
    const ended = replayDramsim3(front, controllers);
    // Its counts cover the cycle in which the last data leave the bus.
    return { controllers, ended, counted: ended.lastEnd + 1 };
  },
  ramulator2: (...run) => runRamulator2(false, ...run),
  'ramulator2-rowhit': (...run) => runRamulator2(true, ...run),
} satisfies Record<ParityPolicy, Run>;

function runRamulator2(
  protectRowHits: boolean,
  ...[device, { channels, mapping }, front, observer]: Parameters<Run>
): Ran {
  const controllers = each(channels, (channel) =>
    createRamulator2(device, { mapping, protectRowHits, onCommand: observer(channel) }),
  );
  const ended = replayRamulator2(front, controllers);
  return { controllers, ended, counted: ended.lastEnd };
}

function runOurs(...[device, config, front, observer]: Parameters<Run>): Ran {
  const policy = policyOf(config.controller);
  const map = () => new AddressMap(device.organisation, config.mapping);
  const controllers = each(
    config.channels,
    (channel) => new Controller(device, map(), policy, () => {}, observer(channel)),
  );
  const ended = replay(front, controllers);
  return { controllers, ended, counted: ended.lastEnd };
}

function each<T>(count: number, make: (channel: number) => T): T[] {
  return Array.from({ length: count }, (_, channel) => make(channel));
}

/** A parity policy knows the constraints of its own tool only. */
function checkRules(device: DramDevice, policy: ParityPolicy): void {
  const rules = policy === 'dramsim3' ? 'dramsim3' : 'ramulator2';
  if (device.rules === rules) return;
  throw new TritsimError('DRAM_POLICY', `policy ${policy} takes devices with that tool's own constraints`, {
    place: 'dram.controller.policy',
    found: `${device.name} with ${device.rules === undefined ? "the standard's" : `${device.rules}'s`}`,
    allowed: [`a device of hw-configs/dram/${rules}`],
  });
}

/** Whether a policy behaves as another simulator. */
export function isParity(policy: string): policy is ParityPolicy {
  return (PARITY_POLICIES as readonly string[]).includes(policy);
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
