/** How a flat address space is spread over channels. Units: bytes, burst indices within a channel. */
import { TritsimError } from '../../errors/error.ts';

export class Interleave {
  readonly #channels: number = 0;
  readonly #bytes: number = 0;
  readonly #burst: number = 0;

  /** Throws `DRAM_CONFIG` unless there is a channel and `bytes` is a multiple of the burst. */
  constructor(channels: number, bytes: number, burst: number) {
    if (!Number.isInteger(channels) || channels < 1 || !(bytes >= burst) || bytes % burst !== 0) {
      throw new TritsimError('DRAM_CONFIG', 'channels interleave by whole bursts', {
        place: 'dram.interleaveBytes',
        found: `${bytes} B over ${channels} channels`,
        allowed: [`a multiple of ${burst} B`],
      });
    }
    this.#channels = channels;
    this.#bytes = bytes;
    this.#burst = burst;
  }

  /** The bursts [first, end) of `channel` that hold bytes [address, address + bytes); first = end when there are none. */
  bursts(channel: number, address: number, bytes: number): readonly [first: number, end: number] {
    // No remainder operator: of numbers that may be large it takes as long as all the rest.
    const n = this.#channels;
    const last = address + bytes - 1;
    const firstChunk = Math.floor(address / this.#bytes);
    const lastChunk = Math.floor(last / this.#bytes);
    const after = channel - this.#channelOfChunk(firstChunk);
    const before = this.#channelOfChunk(lastChunk) - channel;
    const from = firstChunk + (after < 0 ? after + n : after);
    const to = lastChunk - (before < 0 ? before + n : before);
    if (from > to) return [0, 0];
    const start = from === firstChunk ? address - firstChunk * this.#bytes : 0;
    const end = to === lastChunk ? last - lastChunk * this.#bytes : this.#bytes - 1;
    return [this.#burstAt(from, start), this.#burstAt(to, end) + 1];
  }

  #channelOfChunk(chunk: number): number {
    return chunk - Math.floor(chunk / this.#channels) * this.#channels;
  }

  /** The burst within its channel that holds a byte of a chunk. */
  #burstAt(chunk: number, offset: number): number {
    return Math.floor((Math.floor(chunk / this.#channels) * this.#bytes + offset) / this.#burst);
  }

  channelOf(address: number): number {
    return this.#channelOfChunk(Math.floor(address / this.#bytes));
  }

  /** The burst within its channel that holds `address`. */
  burstOf(address: number): number {
    if (this.#channels === 1) return Math.floor(address / this.#burst);
    const chunk = Math.floor(address / this.#bytes);
    return this.#burstAt(chunk, address - chunk * this.#bytes);
  }

  /** First address of `burst` of `channel`. */
  address(channel: number, burst: number): number {
    const local = burst * this.#burst;
    const chunk = Math.floor(local / this.#bytes) * this.#channels + channel;
    return chunk * this.#bytes + (local % this.#bytes);
  }
}
