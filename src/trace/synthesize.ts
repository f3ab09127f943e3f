/**
 * A trace of a model that nobody ran here: the shapes of every operation, how many tokens, how long the KV cache, and
 * stated fractions of zeros in place of values.
 *
 * Units: tokens, sequences. Positions beyond the model's trained context are let through: a shape has no table that
 * ends there.
 */
import { TritsimError } from '../errors/error.ts';
import { operationsOf } from './graph.ts';
import { TRACE_FORMAT, type PhaseRecord, type TraceManifest } from './manifest.ts';
import type { Phase } from './operation.ts';
import type { PublishedModel } from './published.ts';

export interface Synthesis {
  readonly phase: Phase;
  /** Prefill: length of the prompt. Decode: length of the KV cache before the first decoded token. */
  readonly context: number;
  /** Decode steps; 1 where it is not given. A prefill has none. */
  readonly tokens?: number;
  /** Sequences that run together. */
  readonly batch: number;
}

/**
 * The manifest of a shape-only trace.
 *
 * @param tool version of the program that writes it
 * @throws TRACE_SYNTHESIS for a number out of range, or decode steps of a prefill
 */
export function synthesize(model: PublishedModel, synthesis: Synthesis, tool: string): TraceManifest {
  const { name, shape, matrices, activationZeroFraction } = model;
  return {
    format: TRACE_FORMAT,
    origin: 'synthesized',
    tool,
    model: { name, shape, checkpoint: null },
    prompt: null,
    phases: { [synthesis.phase]: phaseRecord(synthesis) },
    operations: operationsOf(shape),
    matrices,
    activationZeroFraction,
  };
}

function phaseRecord({ phase, context, tokens, batch }: Synthesis): PhaseRecord {
  requireCount('batch', batch, 1);
  requireCount('context', context, phase === 'prefill' ? 1 : 0);
  if (phase === 'decode') {
    const steps = tokens ?? 1;
    requireCount('tokens', steps, 1);
    return { steps, tokensPerStep: 1, batch, context, ids: [] };
  }
  if (tokens !== undefined) {
    throw new TritsimError('TRACE_SYNTHESIS', 'a prefill decodes no tokens', {
      place: '--tokens',
      found: String(tokens),
      hint: 'The length of the prompt is --context.',
    });
  }
  return { steps: 1, tokensPerStep: context, batch, context: 0, ids: [] };
}

function requireCount(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new TritsimError('TRACE_SYNTHESIS', `must be a whole number, ${least} or more`, {
    place: `--${what}`,
    found: String(value),
  });
}
