/**
 * The manifest's strict schema: every key that `manifest.ts` names, no other. What a schema cannot say (that names
 * agree, that tensors are there) is `check.ts`.
 */
import { z } from 'zod';
import { TRACE_FORMAT, type TraceManifest } from './manifest.ts';
import type { Operation } from './operation.ts';
import type { ModelShape } from '../model/shape.ts';

const count = z.number().int().nonnegative();
const size = z.number().int().positive();
const fraction = z.number().min(0).max(1);
const text = z.string().min(1);

export const modelShapeSchema: z.ZodType<ModelShape> = z.strictObject({
  hidden: size,
  intermediate: size,
  layers: size,
  heads: size,
  kvHeads: size,
  headDim: size,
  vocab: size,
  maxPositions: size,
  ropeTheta: z.number().positive(),
  rmsEps: z.number().positive(),
  activation: z.enum(['relu2', 'silu']),
  gated: z.boolean(),
  tiedEmbeddings: z.boolean(),
  subNorms: z.boolean(),
});

export const statedFractionSchema = z.strictObject({
  value: fraction,
  basis: z.enum(['measured', 'assumed']),
  source: text,
});

const named = { name: text, layer: count.nullable(), after: z.array(text) };
const headCounts = { heads: size, kvHeads: size, headDim: size };

const operation: z.ZodType<Operation> = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, kind: z.literal('embedding'), vocab: size, hidden: size }),
  z.strictObject({ ...named, kind: z.literal('norm'), width: size }),
  z.strictObject({ ...named, kind: z.literal('quantize'), width: size }),
  z.strictObject({ ...named, kind: z.literal('bitlinear'), in: size, out: size }),
  z.strictObject({ ...named, kind: z.literal('rope'), ...headCounts }),
  z.strictObject({ ...named, kind: z.literal('attention'), ...headCounts }),
  z.strictObject({
    ...named,
    kind: z.literal('activation'),
    function: z.enum(['relu2', 'silu']),
    gated: z.boolean(),
    width: size,
  }),
  z.strictObject({ ...named, kind: z.literal('residual'), width: size }),
  z.strictObject({ ...named, kind: z.literal('head'), in: size, out: size, tied: z.boolean() }),
]);

const phase = z.strictObject({
  steps: size,
  tokensPerStep: size,
  batch: size,
  context: count,
  ids: z.array(count),
});

const matrix = z.strictObject({
  in: size,
  out: size,
  scale: z.number().positive().nullable(),
  zeroFraction: statedFractionSchema,
  rowZeroFraction: z.tuple([fraction, fraction, fraction]).nullable(),
});

/** A phase that is not there is an absent key, never an `undefined` one: JSON has no such value. */
const phases = z
  .strictObject({ prefill: phase.optional(), decode: phase.optional() })
  .transform(({ prefill, decode }) => ({ ...(prefill && { prefill }), ...(decode && { decode }) }));

export const manifestSchema: z.ZodType<TraceManifest> = z.strictObject({
  format: z.literal(TRACE_FORMAT),
  origin: z.enum(['recorded', 'synthesized']),
  tool: text,
  model: z.strictObject({
    name: text,
    shape: modelShapeSchema,
    checkpoint: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal')
      .nullable(),
  }),
  prompt: z.string().nullable(),
  phases,
  operations: z.array(operation).min(1),
  matrices: z.record(text, matrix),
  activationZeroFraction: statedFractionSchema.nullable(),
});
