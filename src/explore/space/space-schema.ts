/**
 * The form of a space file, `tritsim.space/1`. Strict: no unknown key, no default. What a schema cannot say (which keys of an
 * axis go together, that a path exists) is `axis.ts` and `space-file.ts`.
 */
import * as z from 'zod';
import { METRIC_NAMES } from '../metrics.ts';

export const SPACE_SCHEMA = 'tritsim.space/1';

/** Names that results use as columns: none that JavaScript would sort as a number. */
const NAME = /^[a-z][a-z0-9_-]*$/;
const LEVEL_NAME = /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9 ._×+/-]*$/;
const name = z.string().regex(NAME, 'a name is made of a-z, 0-9, _ and -, a letter first');
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const amount = z.union([z.string(), z.number()]);
const size = z.int().min(1);

export const axisForm = z.strictObject({
  path: z.string().min(1).optional().meta({ description: 'Path in the machine file: array.inputs.' }),
  values: z.array(scalar).min(1).optional().meta({ description: 'The values, one after the other.' }),
  from: amount.optional().meta({ description: 'First value of a range.' }),
  to: amount.optional().meta({ description: 'Last value of a range, which the steps must meet.' }),
  step: amount.optional().meta({ description: 'What each value is more than the one before.' }),
  times: z.int().min(2).optional().meta({ description: 'What each value is times the one before.' }),
  when: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Condition without which the axis does not apply.' }),
  linked: z
    .record(
      z
        .string()
        .regex(LEVEL_NAME, 'a level is named by letters, digits and a few signs, not by a number alone'),
      z.record(z.string(), z.unknown()),
    )
    .optional()
    .meta({ description: 'Levels by name, each with the paths that it sets together.' }),
});

export const workloadForm = z.strictObject({
  phase: z.enum(['prefill', 'decode']),
  context: z.int().min(0).optional(),
  tokens: size.optional(),
  batch: size.optional(),
  weight: z.number().positive(),
});

export const strategyForm = z.strictObject({
  sample: z.enum(['exhaustive', 'random', 'latin-hypercube']),
  points: size.optional(),
  seed: z.int().min(0).optional(),
  fidelity: z.enum(['analytic', 'cycle', 'successive']),
  margin: z.number().min(0).max(1).optional(),
});

export const spaceForm = z.strictObject({
  schema: z.literal(SPACE_SCHEMA),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'a name is made of a-z, 0-9, dot and dash'),
  description: z.string().min(1),
  machine: z.string().min(1),
  axes: z.record(name, axisForm),
  constraints: z.array(z.string().min(1)),
  workloads: z.record(name, workloadForm),
  objectives: z.array(z.enum(METRIC_NAMES)).min(1),
  strategy: strategyForm,
});

export type AxisForm = z.output<typeof axisForm>;
export type SpaceForm = z.output<typeof spaceForm>;

/** Valid keys of the mapping at `path`. */
export function spaceKeysAt(path: readonly string[]): string[] {
  const [section, named] = path;
  if (section === undefined) return Object.keys(spaceForm.shape);
  if (section === 'strategy') return Object.keys(strategyForm.shape);
  if (named === undefined) return [];
  return Object.keys(section === 'axes' ? axisForm.shape : section === 'workloads' ? workloadForm.shape : {});
}
