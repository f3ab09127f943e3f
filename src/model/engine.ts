/**
 * A model with a sequence in progress: prefill, decode, and the key/value cache between them.
 *
 * Units: tokens. Logits are float32, natural logarithms up to a constant per position.
 */
import { TritsimError } from '../errors/error.ts';
import { KvCache } from './cache.ts';
import { createRunState, forwardHead, forwardLayers, type Run } from './forward.ts';
import type { Kernels } from './kernels/kernels.ts';
import { fastestKernels } from './kernels/fastest.ts';
import type { Model } from './model.ts';
import type { BitLinearObserver } from './observer.ts';
import { ropeTable } from './rope.ts';

/** Tokens that go through the layers together: enough to read each weight once for many, few enough for the caches. */
const DEFAULT_BATCH = 64;

export interface EngineOptions {
  /** Longest sequence; the model's own where absent. The cache is allocated for it. */
  readonly capacity?: number;
  /** Tokens that go through the layers together. The results don't depend on it. */
  readonly batch?: number;
  /** All kernels give the same bits; the fastest where absent. */
  readonly kernels?: Kernels;
}

export interface ForwardOptions {
  /** Of which positions to compute logits; `last` where absent. */
  readonly logits?: 'all' | 'last' | 'none';
  readonly observer?: BitLinearObserver;
}

export class Engine {
  readonly model: Model;
  readonly capacity: number;
  readonly #run: Run;
  readonly #batch: number;

  /** @throws ENGINE_CAPACITY where the capacity is no whole number from 1 to the model's longest sequence */
  constructor(model: Model, options: EngineOptions = {}) {
    const { shape } = model;
    const { capacity = shape.maxPositions, batch = DEFAULT_BATCH, kernels = fastestKernels() } = options;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > shape.maxPositions) {
      throw new TritsimError('ENGINE_CAPACITY', 'the longest sequence is a whole number of tokens', {
        place: model.name,
        found: String(capacity),
        allowed: [`1 to ${shape.maxPositions}, the model's max_position_embeddings`],
      });
    }
    this.model = model;
    this.capacity = capacity;
    this.#batch = batch;
    this.#run = {
      model,
      kernels,
      cache: new KvCache(shape, capacity),
      rope: ropeTable(shape, capacity),
      state: createRunState(shape, batch),
    };
  }

  /** Tokens in the sequence so far; the next one gets this position. */
  get position(): number {
    return this.#run.cache.length;
  }

  /** Forgets the sequence, or all of it beyond its first `length` tokens. */
  rewind(length = 0): void {
    this.#run.cache.length = Math.min(length, this.position);
  }

  /**
   * Appends tokens to the sequence.
   *
   * @returns logits: [ids.length, vocab] for `all`, [1, vocab] for `last`, empty for `none`
   * @throws ENGINE_TOKEN for an id outside the vocabulary, ENGINE_FULL where the sequence becomes too long,
   *   ENGINE_NOT_FINITE where activations overflow; the sequence is then as before
   */
  forward(ids: ArrayLike<number>, { logits = 'last', observer }: ForwardOptions = {}): Float32Array {
    this.#check(ids);
    const { vocab } = this.model.shape;
    const start = this.position;
    const positions = { all: ids.length, last: Math.min(1, ids.length), none: 0 }[logits];
    const result = new Float32Array(positions * vocab);
    try {
      for (let from = 0; from < ids.length; from += this.#batch) {
        const tokens = Math.min(this.#batch, ids.length - from);
        const part = Array.prototype.slice.call(ids, from, from + tokens) as number[];
        forwardLayers(this.#run, part, observer);
        if (logits === 'all') forwardHead(this.#run, 0, tokens, result.subarray(from * vocab));
        else if (logits === 'last' && from + tokens === ids.length)
          forwardHead(this.#run, tokens - 1, tokens, result);
      }
    } catch (error) {
      this.rewind(start);
      throw error;
    }
    return result;
  }

  /** Appends a prompt; returns the logits [vocab] after its last token. */
  prefill(ids: ArrayLike<number>, observer?: BitLinearObserver): Float32Array {
    return this.forward(ids, observer === undefined ? {} : { observer });
  }

  /** Appends one token; returns the logits [vocab] after it. */
  decode(id: number, observer?: BitLinearObserver): Float32Array {
    return this.prefill([id], observer);
  }

  #check(ids: ArrayLike<number>): void {
    const { vocab } = this.model.shape;
    for (let t = 0; t < ids.length; t++) {
      const id = ids[t]!;
      if (!Number.isInteger(id) || id < 0 || id >= vocab) {
        throw new TritsimError('ENGINE_TOKEN', 'a token is outside the vocabulary', {
          place: `token ${t}`,
          found: String(id),
          allowed: [`0 to ${vocab - 1}`],
        });
      }
    }
    if (this.position + ids.length > this.capacity) {
      throw new TritsimError(
        'ENGINE_FULL',
        `the sequence has room for ${this.capacity - this.position} more tokens`,
        {
          place: this.model.name,
          found: `${ids.length} tokens`,
        },
      );
    }
  }
}
