/** Continuing a text token by token. Units: tokens. */
import { TritsimError } from '../errors/error.ts';
import { Pcg32 } from '../random/pcg32.ts';
import type { Engine } from './engine.ts';
import { checkSampling, GREEDY, sample, type SamplingOptions } from './sampling.ts';

export interface GenerateOptions {
  /** Most tokens to generate; fewer where the model ends its text. */
  readonly tokens: number;
  readonly sampling?: SamplingOptions;
  /** Of the random generator; 0 where absent. Greedy choice does not use it. */
  readonly seed?: number;
}

/**
 * Appends a prompt to the engine's sequence, then yields each new token as it is chosen. Ends after `tokens` of them
 * or after an end-of-text token of the model, which is yielded too.
 *
 * @throws GENERATE_PROMPT for an empty prompt, ENGINE_FULL before any work where prompt and tokens don't fit,
 *   SAMPLING_OPTION, RANDOM_SEED
 */
export function* generate(
  engine: Engine,
  prompt: readonly number[],
  { tokens, sampling = GREEDY, seed = 0 }: GenerateOptions,
): Generator<number, void, void> {
  checkSampling(sampling);
  const random = new Pcg32(seed);
  if (prompt.length === 0) {
    throw new TritsimError('GENERATE_PROMPT', 'the prompt has no tokens', {
      hint: 'Give at least one word.',
    });
  }
  const room = engine.capacity - engine.position;
  // The last token that is chosen never enters the sequence.
  if (prompt.length + tokens - 1 > room) {
    throw new TritsimError('ENGINE_FULL', `the sequence has room for ${room} more tokens`, {
      found: `a prompt of ${prompt.length} and ${tokens} to generate`,
    });
  }
  const ends = new Set(engine.model.eosIds);
  let logits = engine.prefill(prompt);
  for (let i = 0; i < tokens; i++) {
    const next = sample(logits, sampling, random);
    yield next;
    if (ends.has(next)) return;
    if (i < tokens - 1) logits = engine.decode(next);
  }
}
