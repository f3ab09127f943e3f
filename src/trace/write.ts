/**
 * Writing a trace: the manifest that recorded values amount to, and the safetensors file of both. Where the values
 * come from (an engine, a test, nothing at all for a synthesized trace) is not its business.
 */
import type { ModelShape } from '../model/shape.ts';
import type { ByteSink } from '../safetensors/bytes.ts';
import { writeSafetensors } from '../safetensors/writer.ts';
import { operationsOf } from './graph.ts';
import {
  bitLinearsOf,
  MANIFEST_KEY,
  phasesOf,
  rowsTensor,
  scaleTensor,
  tensorsOf,
  tritsTensor,
} from './layout.ts';
import { TRACE_FORMAT, type MatrixRecord, type PhaseRecord, type TraceManifest } from './manifest.ts';
import type { Phase } from './operation.ts';
import { tritStatistics } from './statistics.ts';
import type { PackedTrits, RecordedRows } from './trace.ts';

export interface RecordedMatrix {
  readonly trits: PackedTrits;
  /** Mean of the absolute weights: multiplies. */
  readonly scale: number;
}

export interface RecordedPhase {
  readonly record: PhaseRecord;
  /** By operation. */
  readonly rows: ReadonlyMap<string, RecordedRows>;
}

export interface RecordedValues {
  /** By projection. */
  readonly matrices: ReadonlyMap<string, RecordedMatrix>;
  readonly phases: Partial<Readonly<Record<Phase, RecordedPhase>>>;
}

export interface Recording {
  /** Version of the program that records. */
  readonly tool: string;
  readonly model: { readonly name: string; readonly shape: ModelShape; readonly checkpoint: string };
  readonly prompt: string;
  readonly values: RecordedValues;
}

/** The manifest of recorded values, its statistics counted from them. */
export function manifestOf({ tool, model, prompt, values }: Recording): TraceManifest {
  return {
    format: TRACE_FORMAT,
    origin: 'recorded',
    tool,
    model,
    prompt,
    phases: {
      ...(values.phases.prefill && { prefill: values.phases.prefill.record }),
      ...(values.phases.decode && { decode: values.phases.decode.record }),
    },
    operations: operationsOf(model.shape),
    matrices: Object.fromEntries(
      [...values.matrices].map(([name, matrix]) => [name, matrixRecord(matrix)] as const),
    ),
    activationZeroFraction: null,
  };
}

function matrixRecord({ trits, scale }: RecordedMatrix): MatrixRecord {
  const { count, zeros, rowZeroFraction } = tritStatistics(trits);
  return {
    in: trits.in,
    out: trits.out,
    scale,
    zeroFraction: { value: zeros / count, basis: 'measured', source: 'the recorded trits' },
    rowZeroFraction,
  };
}

/** Writes recorded values and their manifest. */
export async function writeRecording(recording: Recording, sink: ByteSink): Promise<TraceManifest> {
  const manifest = manifestOf(recording);
  const data = tensorData(manifest, recording.values);
  const tensors = tensorsOf(manifest);
  const writer = await writeSafetensors(sink, tensors, { [MANIFEST_KEY]: JSON.stringify(manifest) });
  for (const { name } of tensors) await writer.write(name, data.get(name)!);
  writer.finish();
  return manifest;
}

/** Writes a manifest without values, as a synthesized trace has it. */
export async function writeManifest(manifest: TraceManifest, sink: ByteSink): Promise<void> {
  const writer = await writeSafetensors(sink, [], { [MANIFEST_KEY]: JSON.stringify(manifest) });
  writer.finish();
}

/** What goes into each tensor, by the tensor's name. */
function tensorData(manifest: TraceManifest, values: RecordedValues): Map<string, ArrayBufferView> {
  const data = new Map<string, ArrayBufferView>();
  for (const { name } of bitLinearsOf(manifest)) {
    const { trits, scale } = values.matrices.get(name)!;
    data.set(tritsTensor(name), trits.codes);
    data.set(scaleTensor(name), Float32Array.of(scale));
    for (const [phase] of phasesOf(manifest)) {
      const rows = values.phases[phase]!.rows.get(name)!;
      for (const what of ['activations', 'scales', 'checksums'] as const) {
        data.set(rowsTensor(phase, name, what), rows[what]);
      }
    }
  }
  return data;
}
