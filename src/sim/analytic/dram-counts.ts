/**
 * What the DRAM will have counted: bursts as asked for; activations of the transfers' rows, and once more of those in
 * use at a refresh; precharges from what a refresh finds open; refreshes from the
 * time; standby from the time that rows are closed for a refresh and, where nothing comes, after it.
 *
 * Units: cycles of the DRAM's command clock; counts of all channels together.
 * NOT MODELLED: merged and forwarded bursts (all reach the bus); banks that are left closed after a refresh count as open.
 */
import type { DramSystemConfig } from '../../hardware/machine.ts';
import type { DramCounts } from '../dram/counts.ts';
import { burstBytes, type DramDevice } from '../dram/device.ts';
import type { DramRates } from './dram-rates.ts';

export interface DramTraffic {
  readonly readBursts: number;
  readonly writeBursts: number;
  /** Rows opened by transfers. */
  readonly activations: number;
  /** Share of the time in which a transfer was under way. */
  readonly busyShare: number;
  /** Share of the time in which all rows were closed because nothing came after a refresh. */
  readonly closedShare: number;
}

export function estimateCounts(
  device: DramDevice,
  { channels }: DramSystemConfig,
  rates: DramRates,
  traffic: DramTraffic,
  cycles: number,
): DramCounts {
  const { ranks } = device.organisation;
  const refreshes = channels * ranks * Math.floor(cycles / rates.refreshInterval);
  const { readBursts: rd, writeBursts: wr, busyShare, closedShare } = traffic;
  const act =
    traffic.activations + Math.round(refreshes * busyShare * (rates.refreshesBanks ? 1 : rates.rowsInQueue));
  // A refresh of a rank closes all its banks with one command; rows opened in banks so closed need no precharge.
  const closing = rates.refreshesBanks ? 1 : rates.banks / ranks;
  const foundOpen = Math.min(closing, refreshes === 0 ? 0 : act / refreshes);
  const pre = Math.max(0, Math.round(act - refreshes * (foundOpen - (foundOpen > 0 ? 1 : 0))));
  const standby = cycles * channels * ranks;
  // Per-bank refreshes leave the other banks open.
  const closed = rates.refreshesBanks
    ? 0
    : refreshes * busyShare * rates.refreshCycles + standby * closedShare;
  const active = Math.max(0, Math.round(standby - closed));
  return {
    act,
    pre,
    rd,
    wr,
    ref: rates.refreshesBanks ? 0 : refreshes,
    refpb: rates.refreshesBanks ? refreshes : 0,
    rowHits: Math.max(0, rd + wr - act),
    readBytes: rd * burstBytes(device),
    writeBytes: wr * burstBytes(device),
    merged: 0,
    forwarded: 0,
    activeStandbyCycles: active,
    prechargeStandbyCycles: standby - active,
    cycles,
  };
}
