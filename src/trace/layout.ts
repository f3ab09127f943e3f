/**
 * Which tensors a trace holds, by its manifest: the one place that the writer and the reader share. Elements of four
 * bytes come first, so that each tensor starts at a multiple of its element's size.
 *
 * Units: elements; a row is a token.
 */
import type { TensorDeclaration } from '../safetensors/writer.ts';
import type { PhaseRecord, TraceManifest } from './manifest.ts';
import type { BitLinearOperation, Phase } from './operation.ts';
import type { RecordedRows } from './trace.ts';

/** Key of the manifest in the safetensors metadata. */
export const MANIFEST_KEY = 'tritsim.trace';

/** In the order in which they run. */
export const PHASES: readonly Phase[] = ['prefill', 'decode'];

export function tritsTensor(matrix: string): string {
  return `weights.${matrix}.trits`;
}

export function scaleTensor(matrix: string): string {
  return `weights.${matrix}.scale`;
}

export function rowsTensor(
  phase: Phase,
  operation: string,
  what: Exclude<keyof RecordedRows, 'rows'>,
): string {
  return `${phase}.${operation}.${what}`;
}

/** Token rows of a whole phase: of all its steps and sequences. */
export function rowsOf(phase: PhaseRecord): number {
  return phase.steps * phase.tokensPerStep * phase.batch;
}

/** Bytes of one packed row of `inputs` trits. */
export function packedRowBytes(inputs: number): number {
  return Math.ceil(inputs / 4);
}

export function bitLinearsOf(manifest: TraceManifest): BitLinearOperation[] {
  return manifest.operations.filter(
    (operation): operation is BitLinearOperation => operation.kind === 'bitlinear',
  );
}

/** The phases that a manifest has, in the order in which they run. */
export function phasesOf(manifest: TraceManifest): [Phase, PhaseRecord][] {
  return PHASES.flatMap((phase): [Phase, PhaseRecord][] => {
    const record = manifest.phases[phase];
    return record === undefined ? [] : [[phase, record]];
  });
}

/** Every tensor of a trace in the order of the file; none where it was synthesized. */
export function tensorsOf(manifest: TraceManifest): TensorDeclaration[] {
  if (manifest.origin === 'synthesized') return [];
  const wide: TensorDeclaration[] = [];
  const bytes: TensorDeclaration[] = [];
  const projections = bitLinearsOf(manifest);
  for (const { name, in: inputs, out } of projections) {
    wide.push({ name: scaleTensor(name), dtype: 'F32', shape: [1] });
    bytes.push({ name: tritsTensor(name), dtype: 'U8', shape: [out, packedRowBytes(inputs)] });
  }
  for (const [phase, record] of phasesOf(manifest)) {
    const rows = rowsOf(record);
    for (const { name, in: inputs } of projections) {
      wide.push(
        { name: rowsTensor(phase, name, 'scales'), dtype: 'F32', shape: [rows] },
        { name: rowsTensor(phase, name, 'checksums'), dtype: 'U32', shape: [rows] },
      );
      bytes.push({ name: rowsTensor(phase, name, 'activations'), dtype: 'I8', shape: [rows, inputs] });
    }
  }
  return [...wide, ...bytes];
}
