/**
 * Recording what an engine computes: every BitLinear call of a prompt and of the tokens decoded after it.
 *
 * Decoding is greedy. The prompt gives the first new token; each of the N steps feeds the newest token and gives the
 * next. An end-of-text token does not stop it: N steps were asked for.
 *
 * Everything recorded stays in memory until the file is written, because the file is ordered by tensor and the values
 * come by token: one byte for each input of each projection and token, about 37 KB a token for a model of 25 million
 * weights and 0.7 MB for 2B4T. Reading has no such cost.
 */
import { TritsimError } from '../errors/error.ts';
import type { Engine } from '../model/engine.ts';
import { ternaryMatrices } from '../model/model.ts';
import type { BitLinearCall, BitLinearObserver } from '../model/observer.ts';
import { argmax } from '../model/sampling.ts';
import type { ModelShape } from '../model/shape.ts';
import type { ByteSink } from '../safetensors/bytes.ts';
import { rowChecksum } from './checksum.ts';
import { operationsOf } from './graph.ts';
import { packedRowBytes } from './layout.ts';
import type { TraceManifest } from './manifest.ts';
import type { RecordedRows } from './trace.ts';
import { writeRecording, type RecordedMatrix, type RecordedPhase } from './write.ts';

export interface RecordOptions {
  /** An engine without a sequence; it has one afterwards. */
  readonly engine: Engine;
  /** What the trace calls the model, and the SHA-256 of its weights, hex. */
  readonly model: { readonly name: string; readonly checkpoint: string };
  readonly prompt: string;
  /** Token ids of the prompt. */
  readonly ids: readonly number[];
  /** Decode steps; 0 for a trace without a decode phase. */
  readonly tokens: number;
  /** Version of the program that records. */
  readonly tool: string;
  /** Called with the tokens done and their number. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs the engine and writes its trace.
 *
 * @throws TRACE_PROMPT, TRACE_TOO_LONG, TRACE_ENGINE_IN_USE, and what the engine throws
 */
export async function recordTrace(options: RecordOptions, sink: ByteSink): Promise<TraceManifest> {
  checkOptions(options);
  const { engine, model, prompt, ids, tokens, tool, onProgress } = options;
  const { shape } = engine.model;
  const total = ids.length + tokens;
  const prefill = new PhaseRecorder(shape, 0, ids.length);
  const decode = new PhaseRecorder(shape, ids.length, tokens);
  const decoded: number[] = [];
  let logits = engine.prefill(ids, prefill);
  onProgress?.(ids.length, total);
  for (let step = 0; step < tokens; step++) {
    const newest = argmax(logits);
    decoded.push(newest);
    logits = engine.decode(newest, decode);
    onProgress?.(ids.length + step + 1, total);
  }
  const phases: { prefill: RecordedPhase; decode?: RecordedPhase } = {
    prefill: {
      record: { steps: 1, tokensPerStep: ids.length, batch: 1, context: 0, ids },
      rows: prefill.finish(),
    },
  };
  if (tokens > 0) {
    phases.decode = {
      record: { steps: tokens, tokensPerStep: 1, batch: 1, context: ids.length, ids: decoded },
      rows: decode.finish(),
    };
  }
  const values = { matrices: matricesOf(engine), phases };
  return writeRecording({ tool, model: { ...model, shape }, prompt, values }, sink);
}

/** The rows that one phase will have, filled as the engine reports them. */
class PhaseRecorder implements BitLinearObserver {
  readonly #context: number;
  readonly #rows: number;
  readonly #recorded = new Map<string, RecordedRows & { readonly activations: Int8Array }>();
  /** Rows that have arrived, by operation. */
  readonly #arrived = new Map<string, number>();

  constructor(shape: ModelShape, context: number, rows: number) {
    this.#context = context;
    this.#rows = rows;
    for (const operation of operationsOf(shape)) {
      if (operation.kind !== 'bitlinear') continue;
      this.#recorded.set(operation.name, {
        rows,
        activations: new Int8Array(rows * operation.in),
        scales: new Float32Array(rows),
        checksums: new Uint32Array(rows),
      });
      this.#arrived.set(operation.name, 0);
    }
  }

  bitlinear({
    name,
    position,
    tokens,
    in: inputs,
    out,
    activations,
    scales,
    accumulators,
  }: BitLinearCall): void {
    const recorded = this.#recorded.get(name);
    const from = position - this.#context;
    if (recorded === undefined || from !== this.#arrived.get(name) || from + tokens > this.#rows) {
      throw new TritsimError('TRACE_RECORDING', 'the engine made a call that its shape does not have', {
        place: `operation '${name}', position ${position}`,
        found: `${tokens} tokens`,
      });
    }
    recorded.activations.set(activations.subarray(0, tokens * inputs), from * inputs);
    recorded.scales.set(scales.subarray(0, tokens), from);
    for (let token = 0; token < tokens; token++) {
      recorded.checksums[from + token] = rowChecksum(accumulators, token * out, out);
    }
    this.#arrived.set(name, from + tokens);
  }

  /** What was recorded; TRACE_RECORDING where a call is missing. */
  finish(): ReadonlyMap<string, RecordedRows> {
    for (const [name, arrived] of this.#arrived) {
      if (arrived === this.#rows) continue;
      throw new TritsimError('TRACE_RECORDING', `the engine reported ${arrived} of ${this.#rows} tokens`, {
        place: `operation '${name}'`,
      });
    }
    return this.#recorded;
  }
}

function matricesOf(engine: Engine): Map<string, RecordedMatrix> {
  return new Map(
    ternaryMatrices(engine.model).map(({ name, rows, cols, codes, scale }) => [
      name,
      { trits: { out: rows, in: cols, bytesPerRow: packedRowBytes(cols), codes }, scale },
    ]),
  );
}

function checkOptions({ engine, ids, tokens }: RecordOptions): void {
  if (ids.length === 0) {
    throw new TritsimError('TRACE_PROMPT', 'the prompt has no tokens', {
      hint: 'Give a prompt of at least one word.',
    });
  }
  if (!Number.isSafeInteger(tokens) || tokens < 0) {
    throw new TritsimError('TRACE_TOKENS', 'must be a whole number, 0 or more', {
      place: '--tokens',
      found: String(tokens),
    });
  }
  if (ids.length + tokens > engine.capacity) {
    throw new TritsimError('TRACE_TOO_LONG', 'the model has too few positions', {
      found: `${ids.length} of the prompt and ${tokens} decoded`,
      allowed: [`${engine.capacity} in all`],
    });
  }
  if (engine.position !== 0) {
    throw new TritsimError('TRACE_ENGINE_IN_USE', 'the engine already has a sequence', {
      found: `${engine.position} tokens`,
      hint: 'Rewind it, or make a new one.',
    });
  }
}
