/**
 * A tiny recorded trace, made without an engine: seeded trits and activations, and results from a loop of its own that
 * shares no code with the project's. For tests of traces and of whatever replays them.
 */
import type { ModelShape } from '../../src/model/shape.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { MemorySink, memorySource } from '../../src/safetensors/memory.ts';
import { rowChecksums } from '../../src/trace/checksum.ts';
import { operationsOf } from '../../src/trace/graph.ts';
import type { Phase } from '../../src/trace/operation.ts';
import { openTrace } from '../../src/trace/read.ts';
import type { PackedTrits, RecordedRows, Trace } from '../../src/trace/trace.ts';
import { writeRecording, type RecordedMatrix, type Recording } from '../../src/trace/write.ts';

/** Two layers; widths that no power of two above 2 divides alike, so that padding and remainders show. */
export const TINY_SHAPE: ModelShape = {
  hidden: 32,
  intermediate: 54,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocab: 48,
  maxPositions: 64,
  ropeTheta: 10000,
  rmsEps: 1e-5,
  activation: 'relu2',
  gated: true,
  tiedEmbeddings: true,
  subNorms: true,
};

export interface TinyOptions {
  readonly shape?: ModelShape;
  /** Tokens of the prompt; 5 where not given. */
  readonly prompt?: number;
  /** Decoded tokens; 3 where not given, 0 for a trace without a decode phase. */
  readonly decode?: number;
  readonly seed?: number;
  /** Share of trits that are zero; 0.42 where not given. */
  readonly zeroFraction?: number;
}

/** The trace itself, open. */
export async function tinyTrace(options: TinyOptions = {}): Promise<Trace> {
  return openTrace(memorySource(await tinyTraceBytes(options), 'tiny'));
}

/** The bytes of the trace's file. */
export async function tinyTraceBytes(options: TinyOptions = {}): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeRecording(tinyRecording(options), sink);
  return sink.bytes();
}

/** The values and what is said of them, before they are written. */
export function tinyRecording(options: TinyOptions = {}): Recording {
  const { shape = TINY_SHAPE, prompt = 5, decode = 3, seed = 1, zeroFraction = 0.42 } = options;
  const random = new Pcg32(seed);
  const projections = operationsOf(shape).filter((operation) => operation.kind === 'bitlinear');
  const matrices = new Map<string, RecordedMatrix>();
  for (const { name, in: inputs, out } of projections) {
    matrices.set(name, { trits: randomTrits(random, out, inputs, zeroFraction), scale: 0.75 });
  }
  const phase = (context: number, steps: number, tokensPerStep: number) => {
    const rows = new Map<string, RecordedRows>();
    const shared = new Map<string, Int8Array>();
    for (const { name, after } of projections) {
      const { trits } = matrices.get(name)!;
      const activations =
        shared.get(after[0]!) ?? randomActivations(random, steps * tokensPerStep * trits.in);
      shared.set(after[0]!, activations);
      rows.set(name, recordedRows(random, trits, activations));
    }
    const ids = Array.from({ length: steps * tokensPerStep }, () =>
      Math.floor(random.uniform() * shape.vocab),
    );
    return { record: { steps, tokensPerStep, batch: 1, context, ids }, rows };
  };
  const phases: Partial<Record<Phase, ReturnType<typeof phase>>> = { prefill: phase(0, 1, prompt) };
  if (decode > 0) phases.decode = phase(prompt, decode, 1);
  return {
    tool: '0.0.0',
    model: { name: 'tiny', shape, checkpoint: '0'.repeat(64) },
    prompt: 'a tiny prompt',
    values: { matrices, phases },
  };
}

/** The exact results of one token row, from the definition: sum over inputs of trit times activation. */
export function rowResults(trits: PackedTrits, activations: Int8Array): Int32Array {
  return Int32Array.from({ length: trits.out }, (_, o) =>
    activations.reduce((sum, x, i) => sum + tritAt(trits, o, i) * x, 0),
  );
}

function tritAt({ codes, bytesPerRow }: PackedTrits, row: number, column: number): number {
  const byte = codes[row * bytesPerRow + Math.floor(column / 4)]!;
  return (Math.floor(byte / 4 ** (column % 4)) % 4) - 1;
}

function randomTrits(random: Pcg32, out: number, inputs: number, zeroFraction: number): PackedTrits {
  const bytesPerRow = Math.ceil(inputs / 4);
  const codes = new Uint8Array(out * bytesPerRow);
  for (let row = 0; row < out; row++) {
    for (let i = 0; i < 4 * bytesPerRow; i++) {
      const draw = random.uniform();
      const zero = i >= inputs || draw < zeroFraction;
      const code = zero ? 1 : draw < (1 + zeroFraction) / 2 ? 0 : 2;
      codes[row * bytesPerRow + Math.floor(i / 4)]! += code * 4 ** (i % 4);
    }
  }
  return { out, in: inputs, bytesPerRow, codes };
}

function randomActivations(random: Pcg32, length: number): Int8Array {
  return Int8Array.from({ length }, () => Math.floor(random.uniform() * 256) - 128);
}

function recordedRows(random: Pcg32, trits: PackedTrits, activations: Int8Array): RecordedRows {
  const rows = activations.length / trits.in;
  const results = new Int32Array(rows * trits.out);
  for (let row = 0; row < rows; row++) {
    results.set(
      rowResults(trits, activations.subarray(row * trits.in, (row + 1) * trits.in)),
      row * trits.out,
    );
  }
  const scales = Float32Array.from({ length: rows }, () => 1 + random.uniform());
  return { rows, activations, scales, checksums: rowChecksums(results, rows) };
}
