/**
 * Bits that toggle in an array on the recorded values: the Hamming distance between what stands at an adder's output, a
 * selection's output or a flip-flop and what stood there before, by action of the ledger.
 *
 * Columns of an array do not touch each other, so some of them are followed, evenly spaced, and each count is scaled by the
 * work of all ÷ the work of those; which part is in the result.
 *
 * The order is that of the machine: tiles (outputs outside, inputs inside), blocks of outputs, blocks of inputs, rows. A
 * decode step passes all tiles with its own rows.
 *
 * NOT MODELLED: what another projection leaves in the array (each starts with what it left itself the step before);
 * chunks of a prefill; glitches; what idle lanes do (they hold their values). Multipliers have no counts.
 */
import { TritsimError } from '../../../errors/error.ts';
import type { ArrayConfig, Machine } from '../../../hardware/machine.ts';
import { tileTrace } from '../../../mapping/tile-trace.ts';
import { parts, type Tiling } from '../../../mapping/tiling.ts';
import { bitLinearsOf, phasesOf, rowsOf } from '../../../trace/layout.ts';
import type { Phase } from '../../../trace/operation.ts';
import type { Trace } from '../../../trace/trace.ts';
import { AdderTreeToggles } from './adder-tree-toggles.ts';
import { SystolicToggles } from './systolic-toggles.ts';

/** Selections or products that are followed in all; more columns than this gives are not. */
const FOLLOWED = 60_000_000;

/** Toggled bits by id of the ledger's action, for each phase, and the part of the array's columns that was followed. */
export interface TraceToggles {
  readonly phases: ReadonlyMap<Phase, ReadonlyMap<string, number>>;
  readonly columns: { readonly followed: number; readonly of: number };
}

/** One block of work: `rows` token rows × some inputs × the outputs of one column. */
export interface Pass {
  /** Token rows × all inputs. */
  readonly activations: Int8Array;
  /** Inputs of a token row. */
  readonly width: number;
  /** First and one past the last token row. */
  readonly rows: readonly [from: number, to: number];
  readonly inputs: readonly [from: number, to: number];
  /** Trits of the output, −1, 0 or 1. */
  readonly weights: Int8Array;
  /** Partial sums of the output by token row. */
  readonly sums: Int32Array;
}

/** Follows one column. */
export interface ColumnToggles {
  follow(pass: Pass): void;
  /** Toggled bits so far by action id. */
  readonly bits: ReadonlyMap<string, number>;
}

/**
 * @param followed how many selections or products to follow, at least one column's
 * @throws ACTIVITY_SYNTHESIZED for a trace without values, ACTIVITY_ARRAY for an array that is not followed
 */
export async function measureToggles(
  trace: Trace,
  machine: Machine,
  followed = FOLLOWED,
): Promise<TraceToggles> {
  const { array } = machine;
  const { manifest } = trace;
  if (manifest.origin !== 'recorded') {
    throw new TritsimError(
      'ACTIVITY_SYNTHESIZED',
      'a synthesized trace has no operands whose bits could toggle',
      {
        place: trace.name,
        hint: 'Use --activity average, or a recorded trace.',
      },
    );
  }
  const outputs = columnsOf(array);
  const linears = bitLinearsOf(manifest);
  const rows = phasesOf(manifest).reduce((sum, [, record]) => sum + rowsOf(record), 0);
  const work = rows * linears.reduce((sum, operation) => sum + operation.in * operation.out, 0);
  const count = Math.max(1, Math.min(outputs, Math.floor((outputs * followed) / work)));
  const columns = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * outputs) / count));
  const { tilings } = tileTrace(manifest, machine);
  const phases = new Map<Phase, Map<string, number>>();
  for (const [phase, record] of phasesOf(manifest)) {
    const totals = new Map<string, number>();
    for (const { name } of linears) {
      await followProjection(
        trace,
        phase,
        rowsOf(record) / record.steps,
        tilings.get(name)!,
        array,
        columns,
        {
          name,
          totals,
        },
      );
    }
    phases.set(phase, totals);
  }
  return { phases, columns: { followed: count, of: outputs } };
}

/** Columns of the array that do the same kind of work. */
function columnsOf(array: ArrayConfig): number {
  switch (array.kind) {
    case 'adder-tree':
      return array.outputs;
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      if (array.dataflow === 'weight-stationary') return array.columns;
  }
  throw new TritsimError('ACTIVITY_ARRAY', 'the toggling of this array is not followed', {
    place: 'array',
    found: 'dataflow' in array ? `${array.kind}, ${array.dataflow}` : array.kind,
    allowed: ['adder-tree', 'mac-fp16, mac-int8 and mac-int4, weight-stationary'],
    hint: 'Use --activity average.',
  });
}

function columnFollower(array: ArrayConfig): ColumnToggles {
  return array.kind === 'adder-tree'
    ? new AdderTreeToggles(array)
    : new SystolicToggles(array as ConstructorParameters<typeof SystolicToggles>[0]);
}

async function followProjection(
  trace: Trace,
  phase: Phase,
  rowsPerStep: number,
  tiling: Tiling,
  array: ArrayConfig,
  columns: readonly number[],
  into: { readonly name: string; readonly totals: Map<string, number> },
): Promise<void> {
  const rows = rowsOf(trace.manifest.phases[phase]!);
  const { codes, bytesPerRow } = await trace.readTrits(into.name);
  const { activations } = await trace.readRows(phase, into.name, 0, rows);
  const [inputs, outputs] =
    array.kind === 'adder-tree'
      ? [array.inputs, array.outputs]
      : [(array as { rows: number }).rows, columnsOf(array)];
  const rowsFirst = array.kind === 'adder-tree' && array.dataflow === 'output-stationary';
  const kTiles = parts(tiling.k, tiling.tileK);
  const nTiles = parts(tiling.n, tiling.tileN);
  let followed = 0;
  const bits = new Map<string, number>();
  for (const column of columns) {
    const follower = columnFollower(array);
    for (let from = 0; from < rows; from += rowsPerStep) {
      const to = from + rowsPerStep;
      for (const n of nTiles) {
        const blocks = parts(n.size, outputs).filter((block) => column < block.size);
        const own = blocks.map((block) => ({
          weights: unpack(codes, (n.from + block.from + column) * bytesPerRow, tiling.k),
          sums: new Int32Array(rows),
        }));
        for (const k of kTiles) {
          const passes = (at: readonly [number, number]): void => {
            for (const output of own) {
              for (const block of parts(k.size, inputs)) {
                const first = k.from + block.from;
                follower.follow({
                  activations,
                  width: tiling.k,
                  rows: at,
                  inputs: [first, first + block.size],
                  ...output,
                });
              }
            }
          };
          if (rowsFirst) for (let row = from; row < to; row++) passes([row, row + 1]);
          else passes([from, to]);
        }
        followed += own.length * rowsPerStep * tiling.k;
      }
    }
    for (const [id, count] of follower.bits) bits.set(id, (bits.get(id) ?? 0) + count);
  }
  if (followed === 0) return;
  const scale = (rows * tiling.k * tiling.n) / followed;
  for (const [id, count] of bits) {
    into.totals.set(id, (into.totals.get(id) ?? 0) + Math.round(count * scale));
  }
}

/** Trits of one output: −1, 0, 1, from codes 0, 1, 2 of two bits. */
function unpack(codes: Uint8Array, at: number, k: number): Int8Array {
  return Int8Array.from({ length: k }, (_, i) => ((codes[at + (i >> 2)]! >> ((i & 3) << 1)) & 3) - 1);
}
