/**
 * The minimum distances between commands that Ramulator 2.1 (commit c5b1c3a) keeps, for devices that stand in for its own.
 * Rows as in `../constraints.ts`, on one more level: a pseudo-channel (`rank` here) may hold several stack ids. A row with
 * `sibling` speaks of the other nodes of the same level under one parent.
 *
 * Source: the resolved minimum gaps of its goldens, those that an open page and all-bank refresh make use of.
 * NOT MODELLED: automatic precharge, per-bank refresh, refresh management. DDR4's row of a WR after a RD of the other rank
 * is shorter than the read's data are on the bus; it is kept, as agreement is the point.
 */
import type { CommandName } from '../commands.ts';
import type { Standard } from '../device.ts';
import type { Level } from '../parity/timing.ts';

export interface Row {
  readonly level: Level;
  readonly after: readonly CommandName[];
  readonly before: readonly CommandName[];
  readonly latency: string;
  readonly window?: number;
  readonly sibling?: boolean;
  /** Standards that have this row; absent: all. */
  readonly standards?: readonly Standard[];
}

const RANKED: readonly Standard[] = ['DDR4', 'LPDDR5'];
const HBM: readonly Standard[] = ['HBM2', 'HBM3'];
const NOT_HBM3: readonly Standard[] = [...RANKED, 'HBM2'];

const ROWS: readonly Row[] = [
  // The data bus and the column path.
  { level: 'channel', after: ['RD'], before: ['RD'], latency: 'BL', standards: RANKED },
  { level: 'channel', after: ['WR'], before: ['WR'], latency: 'BL', standards: RANKED },
  { level: 'rank', after: ['RD'], before: ['RD'], latency: 'BL', standards: HBM },
  { level: 'rank', after: ['WR'], before: ['WR'], latency: 'BL', standards: HBM },
  { level: 'stack', after: ['RD'], before: ['RD'], latency: 'tCCD_S' },
  { level: 'stack', after: ['WR'], before: ['WR'], latency: 'tCCD_S' },
  { level: 'stack', after: ['RD'], before: ['RD'], latency: 'tCCD_R', sibling: true, standards: ['HBM3'] },
  { level: 'bankgroup', after: ['RD'], before: ['RD'], latency: 'tCCD_L' },
  { level: 'bankgroup', after: ['WR'], before: ['WR'], latency: 'tCCD_L' },

  // Turning the data bus around, and changing ranks.
  { level: 'rank', after: ['RD'], before: ['WR'], latency: 'RL + BL + 2 - WL', standards: NOT_HBM3 },
  { level: 'rank', after: ['RD'], before: ['WR'], latency: 'tRTW', standards: ['HBM3'] },
  { level: 'rank', after: ['WR'], before: ['RD'], latency: 'WL + BL + tWTR_S' },
  {
    level: 'bankgroup',
    after: ['WR'],
    before: ['RD'],
    latency: 'WL + BL + tWTR_L',
    standards: ['DDR4', ...HBM],
  },
  { level: 'bankgroup', after: ['WR'], before: ['RD'], latency: 'WL + BL_L + tWTR_L', standards: ['LPDDR5'] },
  {
    level: 'rank',
    after: ['RD'],
    before: ['RD', 'WR'],
    latency: 'BL + tRTRS',
    sibling: true,
    standards: RANKED,
  },
  {
    level: 'rank',
    after: ['WR'],
    before: ['RD'],
    latency: 'WL + BL + tRTRS - RL',
    sibling: true,
    standards: ['DDR4'],
  },
  {
    level: 'rank',
    after: ['WR'],
    before: ['RD'],
    latency: 'RL + BL + tRTRS - WL',
    sibling: true,
    standards: ['LPDDR5'],
  },

  // Rows: activation.
  { level: 'bank', after: ['ACT'], before: ['RD', 'WR'], latency: 'tRCD', standards: RANKED },
  { level: 'bank', after: ['ACT'], before: ['RD'], latency: 'tRCDRD', standards: HBM },
  { level: 'bank', after: ['ACT'], before: ['WR'], latency: 'tRCDWR', standards: HBM },
  { level: 'bank', after: ['ACT'], before: ['ACT'], latency: 'tRC' },
  { level: 'bank', after: ['ACT'], before: ['PRE'], latency: 'tRAS' },
  { level: 'rank', after: ['ACT'], before: ['PREA'], latency: 'tRAS' },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tRRD_S' },
  { level: 'bankgroup', after: ['ACT'], before: ['ACT'], latency: 'tRRD_L' },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tFAW', window: 4 },

  // Rows: precharge.
  { level: 'bank', after: ['RD'], before: ['PRE'], latency: 'tRTP' },
  { level: 'rank', after: ['RD'], before: ['PREA'], latency: 'tRTP' },
  { level: 'bank', after: ['WR'], before: ['PRE'], latency: 'WL + BL + tWR' },
  { level: 'rank', after: ['WR'], before: ['PREA'], latency: 'WL + BL + tWR' },
  { level: 'bank', after: ['PRE'], before: ['ACT'], latency: 'tRP' },
  { level: 'rank', after: ['PREA'], before: ['ACT'], latency: 'tRP', standards: ['DDR4', ...HBM] },
  { level: 'rank', after: ['PREA'], before: ['ACT'], latency: 'tRPab', standards: ['LPDDR5'] },
  {
    level: 'rank',
    after: ['PRE', 'PREA'],
    before: ['PRE', 'PREA'],
    latency: 'tPPD',
    standards: ['LPDDR5', 'HBM3'],
  },

  // Refresh.
  { level: 'rank', after: ['PRE', 'PREA'], before: ['REF'], latency: 'tRP' },
  { level: 'rank', after: ['ACT'], before: ['REF'], latency: 'tRC' },
  { level: 'rank', after: ['REF'], before: ['ACT', 'PREA'], latency: 'tRFC' },
  { level: 'rank', after: ['REF'], before: ['REF'], latency: 'tRFC', standards: ['LPDDR5'] },
];

/** The rows that hold for a standard. */
export function rowsOf(standard: Standard): readonly Row[] {
  return ROWS.filter((row) => row.standards?.includes(standard) ?? true);
}
