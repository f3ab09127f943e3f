/**
 * The second figure beside each energy of the papers: the same shape on a whole machine. A value of the papers' arithmetic for
 * a pass of 512 tokens stands beside the prefill of as many at batch 1; a ratio beside the ratios of prefill and decode.
 * There is none at 45 nm, in FP32 and for shapes that are not in the sweep.
 */
import type { Phase } from '../../trace/operation.ts';
import type { PublishedFile, What } from './published-file.ts';
import type { WholeMachineRow } from './whole-machine.ts';

export interface SecondFigure {
  readonly value: number;
  readonly unit: 'J' | 'times';
  readonly phase: Phase;
  readonly batch: number;
  readonly machine: string;
  /** As in `WholeMachineRow`: of the ratio; null where nothing was extrapolated. */
  readonly extrapolation_error: number | null;
}

const NODE_NM = 7;
/** What the papers compare with, held equal in peak. */
const BASELINE = 'edge-fp16';
const MACHINE = 'edge-ternary';

/** Shapes that have an energy in `files` at the machines' node, sorted. */
export function simulatedShapes(files: readonly PublishedFile[]): string[] {
  const shapes = files.flatMap(({ rows }) =>
    rows.flatMap(({ what }) => (isSimulated(what) ? what.shape : [])),
  );
  return [...new Set(shapes)].toSorted();
}

/** Those of them that no row has in trits: models that exist in half precision only. */
export function halfPrecisionShapes(files: readonly PublishedFile[]): string[] {
  const whats = files.flatMap(({ rows }) => rows.map(({ what }) => what)).filter(isSimulated);
  const ternary = whats.flatMap((what) =>
    what.kind === 'energy-ratio' || what.weights === 'ternary' ? what.shape : [],
  );
  return simulatedShapes(files).filter((name) => !ternary.includes(name));
}

/**
 * By row id.
 * @param alone joules of the prefill at batch 1 of models that exist in FP16 only, by shape
 */
export function secondFigures(
  files: readonly PublishedFile[],
  ratios: readonly WholeMachineRow[],
  alone: ReadonlyMap<string, number>,
): Map<string, SecondFigure[]> {
  const found = new Map<string, SecondFigure[]>();
  for (const { id, what } of files.flatMap(({ rows }) => rows)) {
    if (!isSimulated(what)) continue;
    const rows = ratios.filter(
      (row) => row.model === what.shape && row.baseline === BASELINE && row.match === 'peak',
    );
    const figures = what.kind === 'energy' ? energies(what, rows, alone) : rows.map(ratioOf);
    if (figures.length > 0) found.set(id, figures);
  }
  return found;
}

type Simulated = Extract<What, { kind: 'energy' | 'energy-ratio' }>;

function isSimulated(what: What): what is Simulated {
  if (what.kind !== 'energy' && what.kind !== 'energy-ratio') return false;
  return what.node_nm === NODE_NM && !(what.kind === 'energy' && what.weights === 'fp32');
}

function energies(
  what: Extract<What, { kind: 'energy' }>,
  rows: readonly WholeMachineRow[],
  alone: ReadonlyMap<string, number>,
): SecondFigure[] {
  const facts = { unit: 'J', phase: 'prefill', batch: 1, extrapolation_error: null } as const;
  const joules = alone.get(what.shape);
  if (joules !== undefined) return [{ value: joules, ...facts, machine: BASELINE }];
  return rows
    .filter(({ phase, batch }) => phase === facts.phase && batch === facts.batch)
    .map((row) =>
      what.weights === 'ternary'
        ? { value: row.machine_J, ...facts, machine: MACHINE }
        : { value: row.baseline_J, ...facts, machine: BASELINE },
    );
}

function ratioOf({ whole_ratio: value, phase, batch, extrapolation_error }: WholeMachineRow): SecondFigure {
  return { value, unit: 'times', phase, batch, machine: MACHINE, extrapolation_error };
}
