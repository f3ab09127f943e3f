/** The engine's one check on the numbers of a run: damage must not look like a result. */
import { TritsimError } from '../errors/error.ts';

/** Throws ENGINE_NOT_FINITE where a number that a whole row of activations went into is NaN or infinite. */
export function requireFinite(x: number, place: string): void {
  if (Number.isFinite(x)) return;
  throw new TritsimError(
    'ENGINE_NOT_FINITE',
    'the activations are not finite numbers, or too large to square',
    {
      place,
      found: String(x),
      hint: 'The weights or norms before it are damaged.',
    },
  );
}
