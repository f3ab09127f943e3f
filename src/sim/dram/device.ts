/**
 * A DRAM device as the simulator reads it: organisation, timings in cycles of its command clock, and the basis of its
 * energy. The file's own form (every value a row with unit and source) is in `device-file.ts`.
 */

export const STANDARDS = ['DDR4', 'LPDDR4', 'LPDDR5', 'HBM2', 'HBM3'] as const;
export type Standard = (typeof STANDARDS)[number];

export interface DramOrganisation {
  /** Ranks of one channel, all on the same data and command bus. */
  readonly ranks: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rows: number;
  /** Bursts in one row of one rank. */
  readonly burstsPerRow: number;
  /** Width of the data bus of one channel (pseudo-channel for HBM), bits. */
  readonly busBits: number;
  /** Transfers on each data pin in one burst. */
  readonly burstLength: number;
  /** Devices that answer together as one rank. */
  readonly devicesPerRank: number;
}

/** Currents of one device on one supply rail, mA; names as in the JEDEC standards. */
export interface DramRail {
  readonly name: string;
  readonly volts: number;
  readonly milliamperes: Readonly<Record<string, number>>;
}

export type DramEnergyBasis =
  /** From data-sheet currents, by command. */
  | { readonly by: 'currents'; readonly rails: readonly DramRail[]; readonly source: string }
  /** A published figure per bit moved, activation and background in it; not divisible by command. */
  | { readonly by: 'pJ/bit'; readonly picojoulesPerBit: number; readonly source: string }
  /** No public figures. */
  | { readonly by: 'none'; readonly reason: string };

export interface DramDevice {
  readonly name: string;
  readonly standard: Standard;
  readonly description: string;
  /** Period of the command clock as a rational number of picoseconds. */
  readonly periodPs: readonly [p: number, q: number];
  readonly organisation: DramOrganisation;
  /** Timings in cycles by their standard's name (`tRCD`, `CL`, …); which ones there are depends on the standard. */
  readonly timings: Readonly<Record<string, number>>;
  readonly energy: DramEnergyBasis;
  /** Where each value comes from: path in the file → sentence. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Bytes moved by one burst. */
export function burstBytes(device: DramDevice): number {
  return (device.organisation.busBits * device.organisation.burstLength) / 8;
}

/** Bytes of one channel, all ranks. */
export function channelBytes(device: DramDevice): number {
  const o = device.organisation;
  return o.ranks * o.bankGroups * o.banksPerGroup * o.rows * o.burstsPerRow * burstBytes(device);
}
