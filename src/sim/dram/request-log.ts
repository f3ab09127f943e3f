/** Collects accepted requests of channels that are simulated one after the other and tells them in order of time. */
import type { Interleave } from './interleave.ts';

export type RequestObserver = (address: number, write: boolean, dramCycle: number) => void;

interface Request {
  readonly cycle: number;
  readonly channel: number;
  readonly write: boolean;
  readonly burst: number;
}

export class RequestLog {
  readonly #interleave: Interleave;
  readonly #observer: RequestObserver;
  #requests: Request[] = [];

  constructor(interleave: Interleave, observer: RequestObserver) {
    this.#interleave = interleave;
    this.#observer = observer;
  }

  add(cycle: number, channel: number, write: boolean, burst: number): void {
    this.#requests.push({ cycle, channel, write, burst });
  }

  /** Tells everything collected, by cycle, then channel. */
  emit(): void {
    if (this.#requests.length === 0) return;
    this.#requests.sort((a, b) => a.cycle - b.cycle || a.channel - b.channel);
    for (const { cycle, channel, write, burst } of this.#requests) {
      this.#observer(this.#interleave.address(channel, burst), write, cycle);
    }
    this.#requests = [];
  }
}
