/** The form of a DRAM device file: every value a row with its source; unknown keys are errors. */
import { z } from 'zod';
import { COMMAND_NAMES } from './commands.ts';
import { RULE_SETS, STANDARDS } from './device.ts';

const source = z.string();
const note = z.string().optional();
const count = z.strictObject({ value: z.int().positive(), source, note });
const positive = z.number().positive();
/** IDD5AB: during all-bank refresh, over tRFC (not averaged over the refresh interval). */
const milliamperes = z.strictObject({
  IDD0: positive,
  IDD2N: positive,
  IDD3N: positive,
  IDD4R: positive,
  IDD4W: positive,
  IDD5AB: positive,
});

/** Least and most that is published of such a device reading at peak; absent where nothing is. */
const range = z
  .strictObject({ lowPicojoulesPerBit: positive, highPicojoulesPerBit: positive, source })
  .refine((row) => row.lowPicojoulesPerBit <= row.highPicojoulesPerBit, 'low is above high')
  .optional();

export const deviceSchema = z.strictObject({
  name: z.string().min(1),
  standard: z.enum(STANDARDS),
  /** Absent: the standard's own constraints. */
  rules: z.enum(RULE_SETS).optional(),
  description: z.string(),
  /** Key of a source as the rows use it → what it is. */
  sources: z.record(z.string(), z.string()),
  /** Period of the command clock, a whole number or a fraction `p/q`. */
  clock: z.strictObject({
    value: z.union([z.int().positive(), z.string().regex(/^\d+\/\d+$/)]),
    unit: z.literal('ps'),
    source,
    note,
  }),
  organisation: z.strictObject({
    ranks: count,
    stacks: count.optional(),
    bankGroups: count,
    banksPerGroup: count,
    rows: count,
    burstsPerRow: count,
    busBits: count,
    burstLength: count,
    transfersPerCycle: count,
    devicesPerRank: count,
  }),
  command: z.strictObject({
    cycles: z.strictObject({ value: z.record(z.enum(COMMAND_NAMES), z.int().positive()), source, note }),
    intervals: z.strictObject({ value: z.enum(['first', 'last']), source, note }),
    separateColumnBus: z.strictObject({ value: z.boolean(), source, note }),
  }),
  timings: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number().nonnegative(),
      unit: z.enum(['cycles', 'ns']),
      source,
      note,
    }),
  ),
  energy: z.discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('currents'),
      source,
      rails: z.array(z.strictObject({ name: z.string(), volts: positive, milliamperes })).min(1),
      range,
    }),
    z.strictObject({ by: z.literal('pJ/bit'), picojoulesPerBit: positive, source, range }),
    z.strictObject({ by: z.literal('none'), reason: z.string().min(1) }),
  ]),
});

export type DeviceFile = z.infer<typeof deviceSchema>;
