/**
 * The form of `run.json` (`tritsim.run/1`): a strict schema of the type in `analysis/run.ts`, its JSON Schema for
 * editors and other tools, and the one serialisation that the program writes.
 *
 * NOT CHECKED here: that parts add up to totals (the simulation and the energy account check it when they make a run).
 */
import { z } from 'zod';
import type { Run } from '../analysis/run.ts';
import { TritsimError } from '../errors/error.ts';

const componentName = z.enum(['array', 'float_unit', 'vector', 'sram', 'dma', 'dram', 'leakage']);
const amount = z.number().nonnegative();
const positive = z.number().positive();
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');
const text = z.string().min(1);

/** Joules with all prices as they are, at their low and at their high. */
const energy = { energy_J: amount, energy_low_J: amount, energy_high_J: amount };

const component = z.strictObject({ name: componentName, time_s: amount, exposed_s: amount, ...energy }).meta({
  id: 'Component',
  description: 'One component: seconds busy, seconds of the phase attributed to it, joules.',
});

const operation = z
  .strictObject({
    name: text,
    kind: text,
    layer: count.nullable(),
    time_s: amount,
    busy_cycles: count,
    multiply_adds: count,
    dram_read_bytes: count,
    dram_write_bytes: count,
  })
  .meta({
    id: 'Operation',
    description: "One operation summed over the phase's steps; times add up to the phase's time.",
  });

const stalls = z
  .strictObject({
    weights: amount,
    activations: amount,
    output: amount,
    kv: amount,
    refresh: amount,
    dependency: amount,
  })
  .meta({ id: 'Stalls', description: 'Seconds without a command on the array, by what it waited for.' });

const band = z.strictObject({ low: amount, typical: amount, high: amount });
const efficiency = z
  .strictObject({ power_W: band, tops_per_W: band, tops_per_mm2: band, edp_Js: band })
  .meta({
    id: 'Efficiency',
    description:
      'Power, operations a joule (two a multiply-add) and a second and mm2, energy × time; with bands from the prices.',
  });

const partAction = z.strictObject({
  component: componentName,
  action: text,
  basis: z.enum(['counted', 'action', 'bytes', 'time']),
  counts: z.array(amount),
});
const parts = z.strictObject({ names: z.array(text), actions: z.array(partAction) }).meta({
  id: 'Parts',
  description:
    "The energy account by part of the model (a layer, an operation outside the layers): each line's count divided over the parts, counted or by a stated measure.",
});

const slice = z.strictObject({ track: text, name: text, from_s: amount, to_s: amount, busy_s: amount });
const timeline = z
  .strictObject({ what: text, from_s: amount, to_s: amount, slices: z.array(slice) })
  .meta({ id: 'Timeline', description: 'One layer of one step, seconds from the beginning of the phase.' });

const mapping = z
  .strictObject({
    activations: z.enum(['whole', 'chunked', 'spilled']),
    stages: z.int().positive(),
    dram_bytes: count,
  })
  .meta({ id: 'Mapping', description: 'What was done with values that do not fit the chip.' });

const phase = z.strictObject({
  tokens: z.int().positive(),
  steps: z.int().positive(),
  batch: z.int().positive(),
  cycles: count,
  dram_cycles: count,
  time_s: positive,
  ...energy,
  energy_J: positive,
  efficiency,
  first_step_s: amount,
  last_step_s: amount,
  array_utilisation: share,
  float_utilisation: share,
  dense_equivalent: amount,
  mapping,
  bottleneck: componentName,
  array_stalls_s: stalls.exactOptional(),
  components: z.array(component),
  operations: z.array(operation),
  parts: parts.exactOptional(),
  timeline: timeline.exactOptional(),
});

const decodePhase = phase.extend({ tokens_per_s: amount, energy_per_token_J: amount });

const grade = z.enum(['measured', 'published', 'scaled', 'assumed', 'user']);

const energyLine = z
  .strictObject({
    phase: z.enum(['prefill', 'decode']),
    component: componentName,
    action: text,
    count: amount,
    unit: text,
    price_pJ: amount,
    energy_J: amount,
    grade,
    price: text,
    derivation: z.string(),
    source: z.string(),
  })
  .meta({
    id: 'EnergyLine',
    description:
      'One line of the energy account: a count, its price in picojoules and where the price comes from.',
  });

const size = { mm2: amount, low_mm2: amount, high_mm2: amount };
const areaPart = z.strictObject({
  name: text,
  ...size,
  grade,
  price: text,
  derivation: z.string(),
  source: z.string(),
});
const area = z
  .strictObject({ ...size, parts: z.array(areaPart) })
  .meta({ id: 'Area', description: 'Area of the machine by part, mm2, with low and high, and its sources.' });

const basis = z.enum(['measured', 'assumed']);
const zeros = z
  .strictObject({
    phase: z.enum(['prefill', 'decode']),
    operation: text,
    layer: count.nullable(),
    weight_zero_fraction: share,
    weight_zero_basis: basis,
    activation_zero_fraction: share.nullable(),
    activation_zero_basis: basis.nullable(),
  })
  .meta({
    id: 'Zeros',
    description: 'Zeros among the weights of a projection and the values that it reads.',
  });

const machineRun = z.strictObject({
  fidelity: z.enum(['cycle', 'analytic']),
  activity: z.enum(['average', 'real']),
  machine: z.strictObject({ name: text, hash, resolved: z.record(z.string(), z.json()).exactOptional() }),
  device: z.strictObject({ name: text, hash }),
  phases: z
    .strictObject({ prefill: phase.exactOptional(), decode: decodePhase.exactOptional() })
    .refine((phases) => phases.prefill !== undefined || phases.decode !== undefined, 'at least one phase'),
  area,
  counts: z.record(z.string(), z.record(z.string(), amount)),
  checks: z.strictObject({
    functional: z.strictObject({ compared: count, mismatches: count, reason: text.exactOptional() }),
    conservation: z.literal('ok'),
  }),
  energy: z.array(energyLine),
  not_modelled: z.array(text),
});

const ratios = z.strictObject({
  speedup: amount,
  energy_ratio: amount,
  energy_ratio_low: amount,
  energy_ratio_high: amount,
  edp_ratio: amount,
});

export const RUN_SCHEMA_ID = 'tritsim.run/1';

/** Strict schema of a run; every key is listed, unknown keys are refused. */
export const runSchema = z.strictObject({
  schema: z.literal(RUN_SCHEMA_ID),
  program: hash.describe("SHA-256 of the simulation's sources."),
  fidelity: machineRun.shape.fidelity.describe('Simulated command by command, or estimated in closed form.'),
  activity: machineRun.shape.activity.describe(
    "Whether the array's adders and registers are charged by average prices or by the bits that toggle.",
  ),
  machine: machineRun.shape.machine,
  device: machineRun.shape.device,
  trace: z.strictObject({ name: text, hash, zeros: z.array(zeros).exactOptional() }),
  prices: z.strictObject({ table: text, hash, node_nm: z.number().positive() }),
  phases: machineRun.shape.phases,
  area: machineRun.shape.area,
  counts: machineRun.shape.counts,
  checks: machineRun.shape.checks,
  energy: machineRun.shape.energy,
  not_modelled: machineRun.shape.not_modelled,
  baseline: machineRun.exactOptional(),
  comparison: z
    .strictObject({
      match: z.enum(['peak', 'area', 'bandwidth']),
      baseline_array: z.strictObject({ kind: text, inputs: count, outputs: count }),
      prefill: ratios.exactOptional(),
      decode: ratios.exactOptional(),
    })
    .describe('Ratios baseline ÷ machine: above 1 where the machine is better.')
    .exactOptional(),
});

/** The JSON Schema that editors and other tools read; `scripts/write-schemas.ts` keeps it in `hw-configs/schema/`. */
export function runJsonSchema(): object {
  return { ...z.toJSONSchema(runSchema), title: `A result of tritsim simulate (${RUN_SCHEMA_ID})` };
}

/**
 * A run out of parsed JSON.
 *
 * @param place name of the file, for the error.
 * @throws RUN_SCHEMA at the first value that does not fit, with its path.
 */
export function parseRun(value: unknown, place: string): Run {
  const result = runSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new TritsimError('RUN_SCHEMA', issue.message, {
    place: issue.path.length === 0 ? place : `${place}: ${issue.path.map(String).join('.')}`,
    hint: `The file has to be a result of 'tritsim simulate' (${RUN_SCHEMA_ID}).`,
  });
}
