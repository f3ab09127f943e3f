/**
 * Opening a trace: the manifest is read and checked whole, the file is hashed in pieces, values are read by range
 * when asked for. Memory follows the header, one matrix, and the rows that are asked for, never the number of
 * recorded tokens (of which the header holds the ids).
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import type { ByteSource } from '../safetensors/bytes.ts';
import { sha256Of } from '../safetensors/hash.ts';
import { parseJson } from '../safetensors/json.ts';
import { openSafetensors, type SafetensorsFile } from '../safetensors/reader.ts';
import { typedView } from '../safetensors/typed.ts';
import { checkManifest, checkTensors } from './check.ts';
import { MANIFEST_KEY, packedRowBytes, rowsOf, rowsTensor, scaleTensor, tritsTensor } from './layout.ts';
import { TRACE_FORMAT, type TraceManifest } from './manifest.ts';
import type { Phase } from './operation.ts';
import { manifestSchema } from './schema.ts';
import { parseStrict } from './strict.ts';
import type { PackedTrits, RecordedRows, Trace } from './trace.ts';

/**
 * Opens a trace.
 *
 * @throws what `openSafetensors` throws; TRACE_NOT_A_TRACE, TRACE_FORMAT, TRACE_MANIFEST, TRACE_OPERATIONS,
 *   TRACE_MATRICES, TRACE_PHASES, TRACE_VALUES, TRACE_TENSORS, TRACE_SCALE
 */
export async function openTrace(source: ByteSource): Promise<Trace> {
  const file = await openSafetensors(source);
  const manifest = readManifest(file);
  checkManifest(manifest, source.name);
  checkTensors(manifest, file.tensors, source.name);
  await checkScales(file, manifest);
  return new TraceFile(file, manifest, await sha256Of(source));
}

function readManifest(file: SafetensorsFile): TraceManifest {
  const json = file.metadata[MANIFEST_KEY];
  if (json === undefined) {
    throw new TritsimError('TRACE_NOT_A_TRACE', `has no '${MANIFEST_KEY}' in its metadata`, {
      place: file.name,
      hint: 'A trace is made by `tritsim trace record` or `tritsim trace synthesize`.',
    });
  }
  const place = `${file.name}: ${MANIFEST_KEY}`;
  const value = parseJson(json, place);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (format !== TRACE_FORMAT) {
    throw new TritsimError('TRACE_FORMAT', 'is a form of trace that this version does not read', {
      place,
      found: JSON.stringify(format) ?? 'no format',
      allowed: [TRACE_FORMAT],
      hint: 'Record it again with this version of tritsim.',
    });
  }
  return parseStrict(manifestSchema, value, 'TRACE_MANIFEST', place);
}

/** The scale stands in the manifest and beside the trits: both say the same. */
async function checkScales(file: SafetensorsFile, { origin, matrices }: TraceManifest): Promise<void> {
  if (origin === 'synthesized') return;
  for (const [name, { scale }] of Object.entries(matrices)) {
    const [stored] = typedView(Float32Array, await file.read(scaleTensor(name)));
    if (stored === Math.fround(scale!)) continue;
    throw new TritsimError('TRACE_SCALE', `the tensor and the manifest disagree: ${stored} and ${scale}`, {
      place: `${file.name}: matrix '${name}'`,
    });
  }
}

class TraceFile implements Trace {
  readonly name: string;
  readonly hash: string;
  readonly manifest: TraceManifest;
  readonly #file: SafetensorsFile;

  constructor(file: SafetensorsFile, manifest: TraceManifest, hash: string) {
    this.name = file.name;
    this.hash = hash;
    this.manifest = manifest;
    this.#file = file;
  }

  async readTrits(matrix: string): Promise<PackedTrits> {
    const { in: inputs, out } = this.#matrix(matrix);
    const codes = await this.#file.read(tritsTensor(matrix));
    const invalid = codes.findIndex((byte) => (byte & (byte >> 1) & 0x55) !== 0);
    const bytesPerRow = packedRowBytes(inputs);
    if (invalid >= 0) {
      throw new TritsimError('TRACE_TRIT_CODE', 'a trit has the code 3, which stands for nothing', {
        place: `${this.name}: matrix '${matrix}', row ${Math.floor(invalid / bytesPerRow)}`,
        found: `byte 0x${codes[invalid]!.toString(16)}`,
      });
    }
    return { out, in: inputs, bytesPerRow, codes };
  }

  async readRows(phase: Phase, operation: string, from: number, to: number): Promise<RecordedRows> {
    this.#matrix(operation);
    const record = this.manifest.phases[phase];
    if (record === undefined) {
      throw new TritsimError('TRACE_NO_PHASE', `has no ${phase} phase`, {
        place: this.name,
        allowed: Object.keys(this.manifest.phases),
      });
    }
    if (!(from >= 0 && from <= to && to <= rowsOf(record))) {
      throw new TritsimError('TRACE_ROWS', `the ${phase} phase has no rows ${from} to ${to}`, {
        place: `${this.name}: operation '${operation}'`,
        found: `${rowsOf(record)} rows`,
      });
    }
    const read = (what: 'activations' | 'scales' | 'checksums') =>
      this.#file.readRows(rowsTensor(phase, operation, what), from, to);
    return {
      rows: to - from,
      activations: typedView(Int8Array, await read('activations')),
      scales: typedView(Float32Array, await read('scales')),
      checksums: typedView(Uint32Array, await read('checksums')),
    };
  }

  #matrix(name: string): TraceManifest['matrices'][string] {
    const { matrices, origin } = this.manifest;
    const matrix = matrices[name];
    if (matrix === undefined) {
      const hint = didYouMean(name, Object.keys(matrices));
      throw new TritsimError('TRACE_NO_MATRIX', `has no projection '${name}'`, {
        place: this.name,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    if (origin === 'synthesized') {
      throw new TritsimError('TRACE_NO_VALUES', 'was synthesized: it has shapes and no values', {
        place: this.name,
        hint: 'Record a trace with `tritsim trace record` where values are needed.',
      });
    }
    return matrix;
  }
}
