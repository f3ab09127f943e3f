/**
 * The part of a run that a timeline shows: between two bounds, each a time from the beginning of the run or a decoded token.
 * Tokens count from 0; as a beginning a token means its own, as an end its end, so that `token 3` to `token 3` is one token.
 * Units: picoseconds.
 */
import { TritsimError } from '../../errors/error.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import { parseQuantity } from '../../units/parse.ts';

export type Bound =
  { readonly unit: 'time'; readonly ps: number } | { readonly unit: 'token'; readonly index: number };

export interface TimelineWindow {
  readonly from?: Bound | undefined;
  readonly to?: Bound | undefined;
}

/** `1.2 ms` or `token 3`. Throws UNIT_SYNTAX, UNIT_UNKNOWN or UNIT_DIMENSION. */
export function parseBound(text: string): Bound {
  const index = /^token (\d{1,9})$/.exec(text)?.[1];
  if (index !== undefined) return { unit: 'token', index: Number(index) };
  return { unit: 'time', ps: parseQuantity(text, 'ps') };
}

/** Throws TIMELINE_WINDOW where the window is empty or names a token that the trace does not decode. */
export function checkWindow({ from, to }: TimelineWindow, manifest: TraceManifest): void {
  const tokens = manifest.phases.decode?.steps ?? 0;
  for (const [place, bound] of [
    ['--from', from],
    ['--to', to],
  ] as const) {
    if (bound?.unit !== 'token' || bound.index < tokens) continue;
    throw new TritsimError('TIMELINE_WINDOW', 'the trace decodes no such token', {
      place,
      found: `token ${bound.index}`,
      allowed: tokens === 0 ? ['a time: the trace has no decode phase'] : [`token 0 to token ${tokens - 1}`],
    });
  }
  const empty =
    (from?.unit === 'time' && to?.unit === 'time' && from.ps >= to.ps) ||
    (from?.unit === 'token' && to?.unit === 'token' && from.index > to.index);
  if (!empty) return;
  throw new TritsimError('TIMELINE_WINDOW', 'the window of the timeline is empty', {
    place: '--from, --to',
    hint: 'The beginning has to lie before the end.',
  });
}

/** Whether bounds that are tokens let a step in. */
export function hasStep({ from, to }: TimelineWindow, phase: Phase, index: number): boolean {
  if (from?.unit === 'token' && (phase === 'prefill' || index < from.index)) return false;
  return !(to?.unit === 'token' && phase === 'decode' && index > to.index);
}

/** Whether bounds that are times let in what lasts from `fromPs` to `toPs`: all that reaches into the window. */
export function hasTime({ from, to }: TimelineWindow, fromPs: number, toPs: number): boolean {
  if (from?.unit === 'time' && toPs <= from.ps && fromPs < from.ps) return false;
  return !(to?.unit === 'time' && fromPs >= to.ps);
}
