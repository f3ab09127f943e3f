/**
 * Choosing the next token from logits: greedy, or drawn from the softmax at a temperature, or from the likeliest
 * tokens only that together reach the probability p ("nucleus" sampling).
 *
 * Source of the nucleus: A. Holtzman et al., "The Curious Case of Neural Text Degeneration", arXiv 1904.09751,
 * section 3.1. Probabilities are float64. Same logits, options and generator state, same token.
 */
import { TritsimError } from '../errors/error.ts';
import type { Pcg32 } from '../random/pcg32.ts';

export interface SamplingOptions {
  /** 0 is greedy, 1 the model's own distribution. */
  readonly temperature: number;
  /** The likeliest tokens whose probabilities first reach this sum are kept: above 0, at most 1. */
  readonly topP: number;
}

export const GREEDY: SamplingOptions = { temperature: 0, topP: 1 };

/** Throws SAMPLING_OPTION where an option is out of its range. */
export function checkSampling({ temperature, topP }: SamplingOptions): void {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new TritsimError('SAMPLING_OPTION', 'must be 0 or more', {
      place: 'temperature',
      found: String(temperature),
    });
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new TritsimError('SAMPLING_OPTION', 'must be above 0 and at most 1', {
      place: 'top-p',
      found: String(topP),
    });
  }
}

/** The index of the largest logit; the first of several. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/** The next token. Greedy choice draws nothing from `random`; the others one number. */
export function sample(logits: Float32Array, { temperature, topP }: SamplingOptions, random: Pcg32): number {
  const likeliest = argmax(logits);
  if (temperature === 0) return likeliest;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[likeliest]!) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const order = Uint32Array.from(weights.keys());
  if (topP < 1) order.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let kept = 0;
  let reached = 0;
  while (kept < order.length && (kept === 0 || reached < topP * total)) reached += weights[order[kept++]!]!;
  let left = random.uniform() * reached;
  for (let i = 0; i < kept - 1; i++) {
    left -= weights[order[i]!]!;
    if (left < 0) return order[i]!;
  }
  return order[kept - 1]!;
}
