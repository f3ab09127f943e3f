/**
 * How many trits of each tile are not zero: what the size of a `bitmap-sign` tile follows from. Counted in a recorded
 * trace; a synthesized one states a fraction of each matrix.
 */
import { TritsimError } from '../errors/error.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { PackedTrits, Trace } from '../trace/trace.ts';
import { parts, type Tiling } from './tiling.ts';

/** By projection, in the order of its tiles: outputs outside, inputs inside. */
export type TileNonzeros = ReadonlyMap<string, Float64Array>;

/** Counts in the trits of a recorded trace, one matrix in memory at a time. */
export async function countNonzeros(
  trace: Trace,
  tilings: ReadonlyMap<string, Tiling>,
): Promise<TileNonzeros> {
  const counts = new Map<string, Float64Array>();
  for (const [name, tiling] of tilings) counts.set(name, inTiles(await trace.readTrits(name), tiling));
  return counts;
}

/**
 * From the stated zero fractions of a synthesized trace, rounded for each tile.
 * @throws MAPPING_NO_NONZEROS where the trace has values to be counted, or states nothing
 */
export function statedNonzeros(
  { origin, matrices }: TraceManifest,
  tilings: ReadonlyMap<string, Tiling>,
): TileNonzeros {
  const counts = new Map<string, Float64Array>();
  for (const [name, tiling] of tilings) {
    const zeros = origin === 'synthesized' ? matrices[name]?.zeroFraction.value : undefined;
    if (zeros === undefined) {
      throw new TritsimError('MAPPING_NO_NONZEROS', 'the size of a bitmap needs the zeros of every matrix', {
        place: name,
        hint: 'Count them in a recorded trace; a synthesized one states a fraction.',
      });
    }
    counts.set(
      name,
      Float64Array.from(
        parts(tiling.n, tiling.tileN).flatMap((n) =>
          parts(tiling.k, tiling.tileK).map((k) => Math.round(n.size * k.size * (1 - zeros))),
        ),
      ),
    );
  }
  return counts;
}

function inTiles({ codes, bytesPerRow }: PackedTrits, tiling: Tiling): Float64Array {
  const kParts = parts(tiling.k, tiling.tileK);
  return Float64Array.from(
    parts(tiling.n, tiling.tileN).flatMap((n) =>
      kParts.map((k) => {
        let count = 0;
        for (let row = n.from; row < n.from + n.size; row++) {
          for (let i = k.from; i < k.from + k.size; i++) {
            // Code 1 is the trit 0.
            if (((codes[row * bytesPerRow + (i >> 2)]! >> (2 * (i & 3))) & 3) !== 1) count++;
          }
        }
        return count;
      }),
    ),
  );
}
