/**
 * The minimum distances between commands, as data: after one of `after`, none of `before` may follow in the same
 * `level` within `latency` cycles. `window: n` counts from the n-th last of `after` (tFAW). `other-ranks` speaks of the
 * other ranks of the channel, which share its data bus.
 *
 * Latencies are sums of timing names of the device, `BL` (cycles that a burst holds the data bus) and integers. They run from
 * the last cycle of one command to the last of the next where the device counts that way (commands of several cycles,
 * see `DramDevice.command`), else from the first to the first.
 *
 * Sources: JESD79-4 (DDR4), JESD209-4 (LPDDR4), JESD209-5 (LPDDR5), JESD235 (HBM2), JESD238 (HBM3), in the form that
 * DRAMSys 5 (LPDDR4) and Ramulator 2.1 (the others) give them.
 * NOT MODELLED: power-down, self-refresh, masked writes (tCCDMW), mode registers, calibration, ODT, WCK synchronisation.
 */
import type { CommandName } from './commands.ts';
import type { DramDevice, Standard } from './device.ts';

export type ConstraintLevel = 'bank' | 'bankgroup' | 'rank' | 'other-ranks';

export interface Constraint {
  readonly level: ConstraintLevel;
  readonly after: readonly CommandName[];
  readonly before: readonly CommandName[];
  readonly latency: string;
  readonly window?: number;
  /** Standards that have this row; absent: all. */
  readonly standards?: readonly Standard[];
}

const GROUPED: readonly Standard[] = ['DDR4', 'LPDDR5', 'HBM2', 'HBM3'];
const LPDDR: readonly Standard[] = ['LPDDR4', 'LPDDR5'];
const HBM: readonly Standard[] = ['HBM2', 'HBM3'];

export const CONSTRAINTS: readonly Constraint[] = [
  // The data bus and the column path.
  { level: 'rank', after: ['RD'], before: ['RD'], latency: 'BL' },
  { level: 'rank', after: ['WR'], before: ['WR'], latency: 'BL' },
  { level: 'rank', after: ['RD'], before: ['RD'], latency: 'tCCD', standards: ['LPDDR4'] },
  { level: 'rank', after: ['WR'], before: ['WR'], latency: 'tCCD', standards: ['LPDDR4'] },
  { level: 'rank', after: ['RD'], before: ['RD'], latency: 'tCCD_S', standards: GROUPED },
  { level: 'rank', after: ['WR'], before: ['WR'], latency: 'tCCD_S', standards: GROUPED },
  { level: 'bankgroup', after: ['RD'], before: ['RD'], latency: 'tCCD_L', standards: GROUPED },
  { level: 'bankgroup', after: ['WR'], before: ['WR'], latency: 'tCCD_L', standards: GROUPED },
  { level: 'other-ranks', after: ['RD'], before: ['RD'], latency: 'BL + tRTRS' },
  { level: 'other-ranks', after: ['WR'], before: ['WR'], latency: 'BL + tRTRS' },

  // Turning the data bus around.
  { level: 'rank', after: ['RD'], before: ['WR'], latency: 'tRTW' },
  { level: 'other-ranks', after: ['RD'], before: ['WR'], latency: 'tRTW' },
  {
    level: 'rank',
    after: ['WR'],
    before: ['RD'],
    latency: 'WL + tDQSS + BL + tWTR',
    standards: ['LPDDR4'],
  },
  { level: 'rank', after: ['WR'], before: ['RD'], latency: 'WL + BL + tWTR_S', standards: GROUPED },
  {
    level: 'bankgroup',
    after: ['WR'],
    before: ['RD'],
    latency: 'WL + BL + tWTR_L',
    standards: ['DDR4', 'HBM2', 'HBM3'],
  },
  { level: 'bankgroup', after: ['WR'], before: ['RD'], latency: 'WL + BL_L + tWTR_L', standards: ['LPDDR5'] },
  { level: 'other-ranks', after: ['WR'], before: ['RD'], latency: 'WL + BL + tRTRS - RL' },

  // Rows: activation.
  { level: 'bank', after: ['ACT'], before: ['RD', 'WR'], latency: 'tRCD', standards: ['DDR4', ...LPDDR] },
  { level: 'bank', after: ['ACT'], before: ['RD'], latency: 'tRCDRD', standards: HBM },
  { level: 'bank', after: ['ACT'], before: ['WR'], latency: 'tRCDWR', standards: HBM },
  { level: 'bank', after: ['ACT'], before: ['ACT'], latency: 'tRC' },
  { level: 'bank', after: ['ACT'], before: ['PRE'], latency: 'tRAS' },
  { level: 'rank', after: ['ACT'], before: ['PREA'], latency: 'tRAS' },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tRRD', standards: LPDDR },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tRRD_S', standards: ['DDR4', ...HBM] },
  { level: 'bankgroup', after: ['ACT'], before: ['ACT'], latency: 'tRRD_L', standards: ['DDR4', ...HBM] },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tFAW', window: 4 },

  // Rows: precharge.
  { level: 'bank', after: ['RD'], before: ['PRE'], latency: 'tRTP' },
  { level: 'rank', after: ['RD'], before: ['PREA'], latency: 'tRTP' },
  {
    level: 'bank',
    after: ['WR'],
    before: ['PRE'],
    latency: 'WL + BL + tWR',
    standards: ['DDR4', 'LPDDR5', ...HBM],
  },
  {
    level: 'rank',
    after: ['WR'],
    before: ['PREA'],
    latency: 'WL + BL + tWR',
    standards: ['DDR4', 'LPDDR5', ...HBM],
  },
  { level: 'bank', after: ['WR'], before: ['PRE'], latency: 'WL + tDQSS + BL + tWR', standards: ['LPDDR4'] },
  { level: 'rank', after: ['WR'], before: ['PREA'], latency: 'WL + tDQSS + BL + tWR', standards: ['LPDDR4'] },
  { level: 'bank', after: ['PRE'], before: ['ACT'], latency: 'tRP' },
  { level: 'rank', after: ['PREA'], before: ['ACT'], latency: 'tRPab' },
  {
    level: 'rank',
    after: ['PRE', 'PREA'],
    before: ['PRE', 'PREA'],
    latency: 'tPPD',
    standards: [...LPDDR, 'HBM3'],
  },

  // Refresh of a rank.
  { level: 'rank', after: ['PRE'], before: ['REF'], latency: 'tRP' },
  { level: 'rank', after: ['PREA'], before: ['REF'], latency: 'tRPab' },
  { level: 'rank', after: ['ACT'], before: ['REF'], latency: 'tRC' },
  { level: 'rank', after: ['REF'], before: ['ACT', 'REF'], latency: 'tRFC' },

  // Refresh of a bank, where the standard has it.
  { level: 'bank', after: ['PRE'], before: ['REFPB'], latency: 'tRP', standards: [...LPDDR, ...HBM] },
  { level: 'bank', after: ['ACT'], before: ['REFPB'], latency: 'tRC', standards: [...LPDDR, ...HBM] },
  { level: 'rank', after: ['ACT'], before: ['REFPB'], latency: 'tRRD', standards: LPDDR },
  { level: 'rank', after: ['ACT'], before: ['REFPB'], latency: 'tRRD_S', standards: HBM },
  { level: 'bank', after: ['REFPB'], before: ['ACT'], latency: 'tRFCpb', standards: [...LPDDR, ...HBM] },
  { level: 'rank', after: ['REFPB'], before: ['ACT'], latency: 'tPBR2ACT', standards: [...LPDDR, ...HBM] },
  { level: 'rank', after: ['REFPB'], before: ['REFPB'], latency: 'tPBR2PBR', standards: [...LPDDR, ...HBM] },
];

/**
 * The constraints that DRAMsim3 (commit 2981759) keeps, for devices that stand in for its own: in the same form for
 * every standard, columns never closer than a burst. Source: the resolved minimum gaps of its goldens.
 */
const DRAMSIM3: readonly Constraint[] = [
  { level: 'rank', after: ['RD'], before: ['RD'], latency: 'BL' },
  { level: 'rank', after: ['RD'], before: ['RD'], latency: 'tCCD_S' },
  { level: 'bankgroup', after: ['RD'], before: ['RD'], latency: 'tCCD_L' },
  { level: 'other-ranks', after: ['RD'], before: ['RD'], latency: 'BL + tRTRS' },
  { level: 'rank', after: ['WR'], before: ['WR'], latency: 'BL' },
  { level: 'rank', after: ['WR'], before: ['WR'], latency: 'tCCD_S' },
  { level: 'bankgroup', after: ['WR'], before: ['WR'], latency: 'tCCD_L' },
  { level: 'other-ranks', after: ['WR'], before: ['WR'], latency: 'BL' },
  { level: 'rank', after: ['RD'], before: ['WR'], latency: 'RL + BL - WL + tRTRS' },
  { level: 'other-ranks', after: ['RD'], before: ['WR'], latency: 'RL + BL - WL + tRTRS' },
  { level: 'rank', after: ['WR'], before: ['RD'], latency: 'WL + BL + tWTR_S' },
  { level: 'bankgroup', after: ['WR'], before: ['RD'], latency: 'WL + BL + tWTR_L' },
  { level: 'other-ranks', after: ['WR'], before: ['RD'], latency: 'WL + BL + tRTRS - RL' },
  { level: 'bank', after: ['ACT'], before: ['RD', 'WR'], latency: 'tRCD' },
  { level: 'bank', after: ['ACT'], before: ['ACT'], latency: 'tRC' },
  { level: 'bank', after: ['ACT'], before: ['PRE'], latency: 'tRAS' },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tRRD_S' },
  { level: 'bankgroup', after: ['ACT'], before: ['ACT'], latency: 'tRRD_L' },
  { level: 'rank', after: ['ACT'], before: ['ACT'], latency: 'tFAW', window: 4 },
  { level: 'bank', after: ['RD'], before: ['PRE'], latency: 'tRTP' },
  { level: 'bank', after: ['WR'], before: ['PRE'], latency: 'WL + BL + tWR' },
  { level: 'bank', after: ['PRE'], before: ['ACT'], latency: 'tRP' },
  { level: 'rank', after: ['PRE'], before: ['PRE'], latency: 'tPPD' },
  { level: 'rank', after: ['PRE'], before: ['REF'], latency: 'tRP' },
  { level: 'rank', after: ['REF'], before: ['ACT', 'REF'], latency: 'tRFC' },
  // It never closes a rank's banks at once; our own policies do.
  { level: 'rank', after: ['ACT'], before: ['PREA'], latency: 'tRAS' },
  { level: 'rank', after: ['RD'], before: ['PREA'], latency: 'tRTP' },
  { level: 'rank', after: ['WR'], before: ['PREA'], latency: 'WL + BL + tWR' },
  { level: 'rank', after: ['PREA'], before: ['ACT', 'REF'], latency: 'tRP' },
  { level: 'rank', after: ['PRE'], before: ['PREA'], latency: 'tPPD' },
];

/** The rows that hold for a device. */
export function constraintsOf({
  standard,
  rules,
}: Pick<DramDevice, 'standard' | 'rules'>): readonly Constraint[] {
  if (rules === 'dramsim3') return DRAMSIM3;
  return CONSTRAINTS.filter((row) => row.standards?.includes(standard) ?? true);
}
