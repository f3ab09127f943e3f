/**
 * What a DRAM channel does to a stream of reads in address order, in closed form from the timings of the device.
 *
 *   spacing = max(BL, tCCD_S, s·tCCD_L, max(tRRD, tFAW/4) ÷ bursts of a row) + row change ÷ bursts of a run
 *
 * s is the share of the busiest bank group among as many consecutive bursts as the read queue holds. A row change shows
 * where the queue is too short to open the next row behind the one that is read, tRP + tRCD − queue·spacing, or where
 * the next row is in the same bank, tRTP + tRP + tRCD. A refresh costs a stream tRTP + tRPab + tRFC + tRCD each tREFI;
 * one of a single bank tRTP + tRP + tRFCpb + tRCD, where the stream is in that bank.
 *
 * Units: cycles of the DRAM's command clock. Timings: the device's; constraints: sim/dram/constraints.ts.
 * NOT MODELLED: contention on the command bus; several streams in the banks of each other; tRC and tRAS of short rows.
 */
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { AddressMap } from '../dram/address.ts';
import { burstCycles, type DramDevice } from '../dram/device.ts';
import { policyOf } from '../dram/policy.ts';
import { dataEnd } from '../dram/timing.ts';

export interface DramRates {
  readonly map: AddressMap;
  readonly banks: number;
  /** Consecutive bursts that lie in one row of one bank. */
  readonly runBursts: number;
  /** Cycles between the data of consecutive bursts, without refresh. */
  readonly spacing: number;
  /** How much longer a long stream takes for refresh; at least 1. */
  readonly refreshStretch: number;
  /** What a read that finds the channel idle waits for a refresh, on average. */
  readonly refreshWait: number;
  /** From the acceptance of a read to the start of its data where its row is open; what opening it adds. */
  readonly hit: number;
  readonly activate: number;
  readonly precharge: number;
  /** Cycles of the bus that a batch of writes between reads loses, and the writes of such a batch. */
  readonly turnaround: number;
  readonly writeBatch: number;
  /** Cycles between two refreshes of a rank (of any bank, where they are per bank), and for which one closes rows. */
  readonly refreshInterval: number;
  readonly refreshCycles: number;
  readonly refreshesBanks: boolean;
  readonly closesRows: boolean;
  readonly writeQueue: number;
}

const known = new WeakMap<DramDevice, Map<string, DramRates>>();

/** The rates of a device behind a controller; remembered, since many machines share them. Throws `DRAM_POLICY`, `DRAM_MAPPING`. */
export function dramRates(device: DramDevice, config: DramSystemConfig): DramRates {
  const ofDevice = known.get(device) ?? new Map<string, DramRates>();
  known.set(device, ofDevice);
  const { policy, readQueue, writeQueue, page } = config.controller;
  const key = [config.mapping, policy, readQueue, writeQueue, page].join();
  const rates = ofDevice.get(key) ?? ratesOf(device, config);
  ofDevice.set(key, rates);
  return rates;
}

function ratesOf(device: DramDevice, config: DramSystemConfig): DramRates {
  const { organisation: size, timings } = device;
  const time = (...names: string[]): number => timings[names.find((name) => name in timings)!]!;
  const policy = policyOf(config.controller);
  const map = new AddressMap(size, config.mapping);
  const burst = burstCycles(device);
  const runBursts = runOf(map);
  const activate = time('tRCD', 'tRCDRD');
  const spacing = spacingOf(device, map, runBursts, policy.readQueue);
  const perBank = policy.refresh === 'bank';
  const banks = size.bankGroups * size.banksPerGroup;
  const refreshCycles = perBank ? time('tRFCpb') : time('tRFC');
  const closing = perBank ? time('tRP') : time('tRPab', 'tRP');
  const lost = time('tRTP') + closing + refreshCycles + activate;
  const refreshInterval = perBank ? time('tREFIpb') : time('tREFI');
  const share = lost / refreshInterval / (perBank ? banks : 1);
  const { read } = dataEnd(device);
  const writeToRead = time('WL') + (timings['tDQSS'] ?? 0) + burst + time('tWTR', 'tWTR_S');
  return {
    map,
    banks: banks * size.ranks,
    runBursts,
    spacing,
    refreshStretch: 1 / (1 - share),
    refreshWait: (share * lost) / 2,
    hit: 1 + read - burst,
    activate,
    precharge: time('tRP'),
    turnaround: time('tRTW') + writeToRead - 2 * burst,
    writeBatch: Math.max(1, Math.round((policy.writeHigh - policy.writeLow) * policy.writeQueue)),
    refreshInterval,
    refreshCycles: closing + refreshCycles,
    refreshesBanks: perBank,
    closesRows: policy.page === 'closed',
    writeQueue: policy.writeQueue,
  };
}

function spacingOf(device: DramDevice, map: AddressMap, runBursts: number, queue: number): number {
  const { organisation: size, timings } = device;
  const time = (...names: string[]): number => timings[names.find((name) => name in timings)!]!;
  const groups = new Map<number, number>();
  for (let i = 0; i < queue; i++) {
    map.locate(i);
    const group = Math.floor(map.bank / size.banksPerGroup);
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  const share = Math.max(...groups.values()) / queue;
  const columns = Math.max(burstCycles(device), time('tCCD', 'tCCD_S'), share * (timings['tCCD_L'] ?? 0));
  const rows = Math.max(time('tRRD', 'tRRD_S'), time('tFAW') / 4) / size.burstsPerRow;
  const spacing = Math.max(columns, rows);
  const opening = time('tRP') + time('tRCD', 'tRCDRD');
  map.locate(0);
  const { bank } = map;
  map.locate(runBursts);
  // Short runs come back to a row that is still open.
  if (runBursts < size.burstsPerRow) return spacing;
  const shown = map.bank === bank ? time('tRTP') + opening : Math.max(0, opening - queue * spacing);
  return spacing + shown / runBursts;
}

/** Bursts from index 0 on in one row of one bank: a power of two. */
function runOf(map: AddressMap): number {
  let run = 1;
  for (; run < 2 ** 20; run *= 2) {
    map.locate(run);
    if (map.bank !== 0 || map.row !== 0) break;
  }
  return run;
}
