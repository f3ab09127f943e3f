/**
 * Perplexity of a text: how many tokens the model finds equally likely, on average, at each place. The text is cut
 * into windows that do not overlap, the last one shorter; in each, every token but the first is scored with what
 * precedes it in the window.
 *
 * Units: nats. Logits are float32; their logarithms are taken and summed in float64.
 */
import { TritsimError } from '../errors/error.ts';
import type { Engine } from './engine.ts';

export interface Perplexity {
  /** exp(nll) */
  readonly perplexity: number;
  /** Tokens scored: those of the text but the first of each window. */
  readonly tokens: number;
  /** Mean negative log-likelihood of a scored token, nats. */
  readonly nll: number;
}

/** Tokens whose logits are held at once. */
const LOGIT_ROWS = 64;

/**
 * Scores a text with an engine, whose sequence is lost.
 *
 * @param ids tokens of the text
 * @param context tokens of a window, at most the engine's capacity
 * @param onProgress told how many tokens of the text are done
 * @throws PERPLEXITY_TEXT where no token can be scored, PERPLEXITY_CONTEXT
 */
export function measurePerplexity(
  engine: Engine,
  ids: ArrayLike<number>,
  context: number = engine.capacity,
  onProgress: (tokensDone: number) => void = () => {},
): Perplexity {
  if (!Number.isInteger(context) || context < 2 || context > engine.capacity) {
    throw new TritsimError('PERPLEXITY_CONTEXT', 'a window has a whole number of tokens', {
      found: String(context),
      allowed: [`2 to ${engine.capacity}`],
    });
  }
  if (ids.length < 2) {
    throw new TritsimError('PERPLEXITY_TEXT', 'the text needs at least two tokens', {
      found: String(ids.length),
    });
  }
  const all = Array.from(ids);
  let nats = 0;
  let tokens = 0;
  for (let start = 0; start < all.length; start += context) {
    const window = all.slice(start, start + context);
    engine.rewind();
    for (let from = 0; from < window.length; from += LOGIT_ROWS) {
      const part = window.slice(from, from + LOGIT_ROWS);
      const targets = window.slice(from + 1, from + 1 + LOGIT_ROWS);
      const logits = engine.forward(part, { logits: 'all' });
      for (const [row, target] of targets.entries())
        nats += negativeLogLikelihood(logits, row, target, engine);
      tokens += targets.length;
      onProgress(start + from + part.length);
    }
  }
  const nll = nats / tokens;
  return { perplexity: Math.exp(nll), tokens, nll };
}

/** −log softmax(row)[target], nats. */
function negativeLogLikelihood(logits: Float32Array, row: number, target: number, { model }: Engine): number {
  const { vocab } = model.shape;
  const start = row * vocab;
  let largest = -Infinity;
  for (let i = start; i < start + vocab; i++) largest = Math.max(largest, logits[i]!);
  let sum = 0;
  for (let i = start; i < start + vocab; i++) sum += Math.exp(logits[i]! - largest);
  return largest + Math.log(sum) - logits[start + target]!;
}
