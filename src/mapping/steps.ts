/**
 * Cuts a phase into steps that fit the activation buffer. A decode step is one token of every sequence; a prompt whose
 * rows do not fit is run in chunks of consecutive rows (chunked prefill): each chunk passes through the whole model and
 * finds the keys and values of the ones before it in the cache, so weights are read once a chunk and activations never
 * leave the chip.
 */
import type { PhaseRecord } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';

/** Consecutive tokens of one sequence. */
export interface Segment {
  readonly sequence: number;
  /** Position of the first token: how many keys the cache holds before this step. */
  readonly position: number;
  readonly rows: number;
  /** Whether logits of the last row are wanted. */
  readonly last: boolean;
}

export interface Step {
  readonly phase: Phase;
  /** Index of the phase's step: the decoded token, or 0. */
  readonly index: number;
  /** Rows of the phase's tensors that this step covers: `firstRow` … `firstRow + rows − 1`. */
  readonly firstRow: number;
  readonly rows: number;
  readonly segments: readonly Segment[];
}

/** All steps of a phase in order, at most `maxRows` rows each. Rows are ordered by step, then sequence, then token. */
export function stepsOf(phase: Phase, record: PhaseRecord, maxRows: number): Step[] {
  const steps: Step[] = [];
  let firstRow = 0;
  for (let index = 0; index < record.steps; index++) {
    let segments: Segment[] = [];
    let rows = 0;
    const close = (): void => {
      if (rows === 0) return;
      steps.push({ phase, index, firstRow, rows, segments });
      firstRow += rows;
      segments = [];
      rows = 0;
    };
    for (let sequence = 0; sequence < record.batch; sequence++) {
      let done = 0;
      while (done < record.tokensPerStep) {
        const take = Math.min(maxRows - rows, record.tokensPerStep - done);
        const position = record.context + index * record.tokensPerStep + done;
        done += take;
        segments.push({ sequence, position, rows: take, last: done === record.tokensPerStep });
        rows += take;
        if (rows === maxRows) close();
      }
    }
    close();
  }
  return steps;
}
