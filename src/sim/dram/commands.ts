/** The commands of a DRAM's command bus as small integers, and their names in constraint rows and reports. */
export const ACT = 0;
/** Precharge of one bank. */
export const PRE = 1;
/** Precharge of all banks of a rank. */
export const PREA = 2;
export const RD = 3;
export const WR = 4;
/** Refresh of a whole rank. */
export const REF = 5;
/** Refresh of one bank. */
export const REFPB = 6;

export const COMMAND_NAMES = ['ACT', 'PRE', 'PREA', 'RD', 'WR', 'REF', 'REFPB'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];
export const COMMANDS = COMMAND_NAMES.length;
