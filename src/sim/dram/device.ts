/**
 * A DRAM device as the simulator reads it: organisation, timings in cycles of its command clock, and the basis of its
 * energy. The file's own form (every value a row with unit and source) is in `device-file.ts`.
 */
import type { CommandName } from './commands.ts';

export const STANDARDS = ['DDR4', 'LPDDR4', 'LPDDR5', 'HBM2', 'HBM3'] as const;
export type Standard = (typeof STANDARDS)[number];

const COMMON = [
  'RL',
  'WL',
  'tRP',
  'tRPab',
  'tRAS',
  'tRC',
  'tRTP',
  'tWR',
  'tFAW',
  'tRTW',
  'tRTRS',
  'tRFC',
  'tREFI',
];
const GROUPS = ['tCCD_S', 'tCCD_L', 'tWTR_S', 'tWTR_L'];
const PER_BANK = ['tRFCpb', 'tREFIpb', 'tPBR2ACT', 'tPBR2PBR'];
const HBM = ['tRCDRD', 'tRCDWR', 'tRRD_S', 'tRRD_L', ...GROUPS, ...PER_BANK];

/** Sets of constraints that are not the standard's but those that another simulator keeps, for its parity policy. */
export const RULE_SETS = ['dramsim3', 'ramulator2'] as const;
export type RuleSet = (typeof RULE_SETS)[number];

const STANDARD_TIMINGS: Readonly<Record<Standard, readonly string[]>> = {
  DDR4: [...COMMON, 'tRCD', 'tRRD_S', 'tRRD_L', ...GROUPS],
  LPDDR4: [...COMMON, 'tRCD', 'tRRD', 'tCCD', 'tWTR', 'tDQSCK', 'tDQSS', 'tPPD', ...PER_BANK],
  LPDDR5: [...COMMON, 'tRCD', 'tRRD', ...GROUPS, 'BL_L', 'tPPD', ...PER_BANK],
  HBM2: [...COMMON, ...HBM],
  HBM3: [...COMMON, ...HBM, 'tPPD'],
};

/** What the constraints of the parity policies name, whatever the standard, and what they add for one. */
const PARITY = [
  ...COMMON.filter((name) => name !== 'tRPab' && name !== 'tRTW' && name !== 'tRTRS'),
  'tRRD_S',
  'tRRD_L',
  ...GROUPS,
];
const RAMULATOR2_TIMINGS: Readonly<Partial<Record<Standard, readonly string[]>>> = {
  DDR4: [...PARITY, 'tRCD', 'tRTRS'],
  LPDDR5: [...PARITY, 'tRCD', 'tRTRS', 'tRPab', 'tPPD', 'BL_L', 'tAAD', 'tWCKPST'],
  HBM2: [...PARITY, 'tRCDRD', 'tRCDWR'],
  HBM3: [...PARITY, 'tRCDRD', 'tRCDWR', 'tRTW', 'tPPD', 'tCCD_R'],
};

/** The timings that a device must give, no more and no fewer; null where the rules don't know the standard. */
export function timingNames(standard: Standard, rules?: RuleSet): readonly string[] | null {
  if (rules === 'dramsim3') return [...PARITY, 'tRCD', 'tRTRS', 'tPPD'];
  if (rules === 'ramulator2') return RAMULATOR2_TIMINGS[standard] ?? null;
  return STANDARD_TIMINGS[standard];
}

export interface DramOrganisation {
  /** Ranks of one channel, all on the same data and command bus; pseudo-channels × stack ids where `stacks` is given. */
  readonly ranks: number;
  /** Only with rules `ramulator2`: stack ids of a pseudo-channel; rank = stack id × pseudo-channels + pseudo-channel. */
  readonly stacks?: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rows: number;
  /** Bursts in one row of one rank. */
  readonly burstsPerRow: number;
  /** Width of the data bus of one channel (pseudo-channel for HBM), bits. */
  readonly busBits: number;
  /** Transfers on each data pin in one burst. */
  readonly burstLength: number;
  /** Transfers on a data pin in one cycle of the command clock. */
  readonly transfersPerCycle: number;
  /** Devices that answer together as one rank. */
  readonly devicesPerRank: number;
}

/** How long commands hold the command bus. */
export interface DramCommandBus {
  /** Cycles of each command. */
  readonly cycles: Readonly<Record<CommandName, number>>;
  /**
   * `last`: an interval runs from the last cycle of a command to the last of the next, and data follow a command's last
   * cycle; `first`: from first to first.
   */
  readonly intervals: 'first' | 'last';
  /** Whether row and column commands have a bus each and may be sent in the same cycle (HBM). */
  readonly separateColumnBus: boolean;
}

/** Currents of one device on one supply rail, mA; names as in the JEDEC standards. */
export interface DramRail {
  readonly name: string;
  readonly volts: number;
  readonly milliamperes: Readonly<Record<string, number>>;
}

/** What others publish of such a device reading at peak, all of it included, pJ a bit: least and most. */
export interface DramEnergyRange {
  readonly lowPicojoulesPerBit: number;
  readonly highPicojoulesPerBit: number;
  readonly source: string;
}

export type DramEnergyBasis =
  /** From data-sheet currents, by command. */
  | {
      readonly by: 'currents';
      readonly rails: readonly DramRail[];
      readonly source: string;
      readonly range?: DramEnergyRange | undefined;
    }
  /** A published figure per bit moved, activation and background in it; not divisible by command. */
  | {
      readonly by: 'pJ/bit';
      readonly picojoulesPerBit: number;
      readonly source: string;
      readonly range?: DramEnergyRange | undefined;
    }
  /** No public figures. */
  | { readonly by: 'none'; readonly reason: string };

export interface DramDevice {
  readonly name: string;
  readonly standard: Standard;
  /** Absent: the standard's own constraints. */
  readonly rules?: RuleSet;
  readonly description: string;
  /** Period of the command clock as a rational number of picoseconds. */
  readonly periodPs: readonly [p: number, q: number];
  readonly organisation: DramOrganisation;
  /** Timings in cycles by name (`tRCD`, `RL`, …): exactly those of `timingNames`. */
  readonly timings: Readonly<Record<string, number>>;
  readonly command: DramCommandBus;
  readonly energy: DramEnergyBasis;
  /** Where each value comes from: path in the file → sentence. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Cycles that one burst holds the data bus; two transfers a cycle, four with the write clock of LPDDR5. */
export function burstCycles(device: DramDevice): number {
  return device.organisation.burstLength / device.organisation.transfersPerCycle;
}

/** Bytes moved by one burst. */
export function burstBytes(device: DramDevice): number {
  return (device.organisation.busBits * device.organisation.burstLength) / 8;
}

/** The device with that many ranks on each channel. */
export function withRanks(device: DramDevice, ranks: number): DramDevice {
  return { ...device, organisation: { ...device.organisation, ranks } };
}

/** Bytes of one channel, all ranks. */
export function channelBytes(device: DramDevice): number {
  const o = device.organisation;
  return o.ranks * o.bankGroups * o.banksPerGroup * o.rows * o.burstsPerRow * burstBytes(device);
}
