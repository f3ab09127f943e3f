/**
 * What a DRAM channel does to a stream of reads in address order, in closed form from the timings of the device.
 *
 *   spacing = max(BL, tCCD_S, s·tCCD_L, max(tRRD, tFAW/4) ÷ bursts of a row) + row change ÷ bursts of a run
 *
 * Of G consecutive bursts in one bank group, those of the next group that the queue of Q already holds go in between, so
 * s = 1 − Q/G; where several groups are in the queue at a time, not below 1 ÷ their number. A row change shows where the
 * queue is too short to open the next row behind the one that is read, tRP + tRCD − Q·spacing, or where the next row is
 * in the same bank, tRTP + tRP + tRCD. A refresh costs a stream tRTP + tRPab + tRFC + tRCD each tREFI; one of a single
 * bank tRTP + tRP + tRFCpb + tRCD, where the stream is in that bank.
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
  /** Rows that the requests of a full read queue are for. */
  readonly rowsInQueue: number;
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
  const activate = time('tRCD', 'tRCDRD');
  const runBursts = firstChange(map, () => map.bank * size.rows + map.row);
  const spacing = spacingOf(device, map, runBursts, policy.readQueue);
  const perBank = policy.refresh === 'bank';
  const banks = size.bankGroups * size.banksPerGroup;
  const refreshCycles = perBank ? time('tRFCpb') : time('tRFC');
  const closing = perBank ? time('tRP') : time('tRPab', 'tRP');
  const lost = time('tRTP') + closing + refreshCycles + activate;
  const refreshInterval = perBank ? time('tREFIpb') : time('tREFI');
  const { read } = dataEnd(device);
  const writeToRead = time('WL') + (timings['tDQSS'] ?? 0) + burst + time('tWTR', 'tWTR_S');
  return {
    map,
    banks: banks * size.ranks,
    runBursts,
    rowsInQueue: rowsIn(map, policy.readQueue),
    spacing,
    refreshStretch: perBank
      ? stretchByBanks(runBursts * spacing, refreshInterval, lost, banks)
      : 1 / (1 - lost / refreshInterval),
    refreshWait: (lost * lost) / refreshInterval / (perBank ? banks : 1) / 2,
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

/**
 * Refreshes go through the banks in turn, one an interval; so does a stream, one each `run` cycles. A stream that is
 * faster catches up; where a collision costs it more than it had gained, it stays behind the refresh and keeps its pace.
 */
function stretchByBanks(run: number, interval: number, lost: number, banks: number): number {
  if (run < interval && run + lost >= interval) return interval / run;
  const meetings = Math.abs(1 / run - 1 / interval) / banks;
  return 1 / (1 - lost * meetings);
}

function spacingOf(device: DramDevice, map: AddressMap, runBursts: number, queue: number): number {
  const { organisation: size, timings } = device;
  const time = (...names: string[]): number => timings[names.find((name) => name in timings)!]!;
  const inGroup = firstChange(map, () => Math.floor(map.bank / size.banksPerGroup));
  const together = Math.min(size.bankGroups, Math.ceil(queue / inGroup) + 1);
  const share = Math.max(1 - queue / inGroup, 1 / together);
  const columns = Math.max(burstCycles(device), time('tCCD', 'tCCD_S'), share * (timings['tCCD_L'] ?? 0));
  const rows = Math.max(time('tRRD', 'tRRD_S'), time('tFAW') / 4) / size.burstsPerRow;
  const spacing = Math.max(columns, rows);
  const opening = time('tRP') + time('tRCD', 'tRCDRD');
  // Short runs come back to a row that is still open.
  if (runBursts < size.burstsPerRow) return spacing;
  map.locate(runBursts);
  const shown = map.bank === 0 ? time('tRTP') + opening : Math.max(0, opening - queue * spacing);
  return spacing + shown / runBursts;
}

/** Bursts from index 0 on for which `key` of their place stays what it is: a power of two. */
function firstChange(map: AddressMap, key: () => number): number {
  map.locate(0);
  const first = key();
  let run = 1;
  for (; run < 2 ** 24; run *= 2) {
    map.locate(run);
    if (key() !== first) break;
  }
  return run;
}

/** Banks that `count` consecutive bursts lie in. */
function rowsIn(map: AddressMap, count: number): number {
  const found = new Set<number>();
  for (let i = 0; i < count; i++) {
    map.locate(i);
    found.add(map.bank);
  }
  return found.size;
}
