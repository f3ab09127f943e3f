/**
 * A DRAMsim3 configuration as a device with that program's constraint set, its channels and its address mapping. It runs with
 * policy `dramsim3` and with our own.
 *
 * Source: DRAMsim3, commit 2981759, src/configuration.cc: sizes, ranks from the channel's size, tRC = tRAS + tRP, read latency.
 * NOT MODELLED, and refused: additive latency, HBM whose tRCDRD and tRCDWR differ, other queues, page and refresh
 * policies than those of its shipped configurations, sizes that don't come out even.
 */
import { TritsimError } from '../../../errors/error.ts';
import { burstBytes, type DramDevice } from '../device.ts';
import type { ParityDevice } from '../parity-device.ts';
import { parseIni, type IniValues, type Protocol } from './ini-file.ts';

const FIELDS = { ro: 'row', ra: 'rank', bg: 'bankgroup', ba: 'bank', co: 'column', ch: 'channel' } as const;
type Letters = keyof typeof FIELDS;

/** What the policy has built in; another value would be another controller. */
const FIXED: Readonly<Record<string, string>> = {
  queue_structure: 'PER_BANK',
  row_buf_policy: 'OPEN_PAGE',
  refresh_policy: 'RANK_LEVEL_STAGGERED',
  cmd_queue_size: '8',
  trans_queue_size: '32',
};
/** HBM's columns are counted in pairs of transfers there. */
const HBM_PREFETCH = 2;
const MIB = 2 ** 20;

/**
 * The device of a DRAMsim3 configuration; `name` is what it is called.
 *
 * @param place names the file in errors
 * @throws DRAM_INI on what `parseIni` refuses, a value of another form, and what the head of this file lists
 */
export function parseIniDevice(text: string, name: string, place: string): ParityDevice {
  const { protocol, values } = parseIni(text, place);
  const file = new IniReader(values, place);
  for (const [key, value] of Object.entries(FIXED)) file.expect(`system.${key}`, value);
  if (values.has('timing.AL')) file.expect('timing.AL', '0');
  const device = deviceOf(file, protocol, name, place);
  return { device, ...mappingOf(file, device), issueWidth: () => 1 };
}

function deviceOf(file: IniReader, protocol: Protocol, name: string, place: string): DramDevice {
  const hbm = protocol === 'HBM' || protocol === 'HBM2';
  const timing = (key: string) => file.whole(`timing.${key}`);
  const picoseconds = file.decimal('timing.tCK') * 1000;
  if (Math.abs(picoseconds - Math.round(picoseconds)) > 1e-6) file.refuse('timing.tCK', 'whole picoseconds');
  if (hbm) file.expect('timing.tRCDWR', String(timing('tRCDRD')));
  const organisation = organisationOf(file, hbm);
  const source = `${place}, a DRAMsim3 configuration`;
  const timings: Record<string, number> = {
    RL: timing('CL'),
    WL: timing('CWL'),
    tRCD: timing(hbm ? 'tRCDRD' : 'tRCD'),
    tRC: timing('tRAS') + timing('tRP'),
    tPPD: protocol === 'LPDDR4' ? timing('tPPD') : 0,
  };
  for (const key of ['tRP', 'tRAS', 'tRTP', 'tWR', 'tFAW', 'tRTRS', 'tRFC', 'tREFI'])
    timings[key] = timing(key);
  for (const key of ['tRRD_S', 'tRRD_L', 'tCCD_S', 'tCCD_L', 'tWTR_S', 'tWTR_L']) timings[key] = timing(key);
  return {
    name,
    standard: hbm ? 'HBM2' : protocol,
    rules: 'dramsim3',
    description: source,
    periodPs: [Math.round(picoseconds), 1],
    organisation,
    timings,
    command: {
      cycles: { ACT: 1, PRE: 1, PREA: 1, RD: 1, WR: 1, REF: 1, REFPB: 1 },
      intervals: 'first',
      separateColumnBus: hbm,
    },
    energy: energyOf(file, protocol, source),
    sources: Object.fromEntries(Object.keys(timings).map((key) => [`timings.${key}`, source])),
  };
}

function organisationOf(file: IniReader, hbm: boolean): DramDevice['organisation'] {
  const structure = (key: string) => file.count(`dram_structure.${key}`);
  const busBits = file.count('system.bus_width');
  const burstLength = structure('BL');
  const columns = structure('columns') * (hbm ? HBM_PREFETCH : 1);
  const organisation = {
    bankGroups: structure('bankgroups'),
    banksPerGroup: structure('banks_per_group'),
    rows: structure('rows'),
    burstsPerRow: columns / burstLength,
    busBits,
    burstLength,
    transfersPerCycle: 2,
    devicesPerRank: busBits / structure('device_width'),
  };
  const { bankGroups, banksPerGroup, rows, burstsPerRow, devicesPerRank } = organisation;
  if (!Number.isInteger(burstsPerRow)) file.refuse('dram_structure.columns', 'whole bursts in a row');
  if (!Number.isInteger(devicesPerRank)) file.refuse('system.bus_width', 'a multiple of device_width');
  const rankBytes = bankGroups * banksPerGroup * rows * columns * (busBits / 8);
  const ranks = (file.count('system.channel_size') * MIB) / rankBytes;
  if (!Number.isInteger(ranks)) {
    file.refuse('system.channel_size', `a multiple of a rank's ${rankBytes / MIB} MiB`);
  }
  return { ranks, ...organisation };
}

function energyOf(file: IniReader, protocol: Protocol, source: string): DramDevice['energy'] {
  if (protocol === 'LPDDR4') {
    const reason = 'LPDDR4 has several supplies, a DRAMsim3 configuration the currents of one';
    return { by: 'none', reason };
  }
  const names = ['IDD0', 'IDD2N', 'IDD3N', 'IDD4R', 'IDD4W', 'IDD5AB'];
  const milliamperes = Object.fromEntries(names.map((name) => [name, file.decimal(`power.${name}`)]));
  return { by: 'currents', rails: [{ name: 'VDD', volts: file.decimal('power.VDD'), milliamperes }], source };
}

/** `rochrababgco` → fields from the most significant; what lies below the channel is consecutive on one channel. */
function mappingOf(
  file: IniReader,
  device: DramDevice,
): Pick<ParityDevice, 'channels' | 'interleaveBytes' | 'mapping'> {
  const path = 'system.address_mapping';
  const text = file.text(path);
  const letters = (text.match(/../g) ?? []) as Letters[];
  const once = Object.keys(FIELDS).every((field) => letters.includes(field as Letters));
  if (!once || text.length !== 12) file.refuse(path, 'each of ch, ra, bg, ba, ro, co once');
  const o = device.organisation;
  const channels = file.count('system.channels');
  const sizes: Readonly<Record<Letters, number>> = {
    ro: o.rows,
    ra: o.ranks,
    bg: o.bankGroups,
    ba: o.banksPerGroup,
    co: o.burstsPerRow,
    ch: channels,
  };
  const below = letters.slice(letters.indexOf('ch') + 1);
  return {
    channels,
    interleaveBytes: below.reduce((bytes, field) => bytes * sizes[field], burstBytes(device)),
    mapping: letters
      .filter((field) => field !== 'ch')
      .map((field) => FIELDS[field])
      .join('-'),
  };
}

/** Values by `section.key`, in the form that each has to have. */
class IniReader {
  readonly #values: IniValues;
  readonly #place: string;

  constructor(values: IniValues, place: string) {
    this.#values = values;
    this.#place = place;
  }

  text(path: string): string {
    return this.#values.get(path)!;
  }

  whole(path: string): number {
    return /^\d+$/.test(this.text(path)) ? Number(this.text(path)) : this.refuse(path, 'a whole number');
  }

  /** A whole number from 1. */
  count(path: string): number {
    const value = this.whole(path);
    return value > 0 ? value : this.refuse(path, 'a whole number from 1');
  }

  /** A number above 0. */
  decimal(path: string): number {
    const value = /^\d+(\.\d+)?$/.test(this.text(path)) ? Number(this.text(path)) : 0;
    return value > 0 ? value : this.refuse(path, 'a number above 0');
  }

  expect(path: string, value: string): void {
    if (this.text(path) !== value) this.refuse(path, value);
  }

  refuse(path: string, allowed: string): never {
    throw new TritsimError('DRAM_INI', 'a value is of another form or not modelled', {
      place: `${this.#place}: ${path}`,
      found: this.text(path),
      allowed: [allowed],
    });
  }
}
