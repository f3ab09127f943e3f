/**
 * A run as a timeline that Perfetto and Chrome open. Tracks:
 *
 * | group | track | a slice is |
 * |---|---|---|
 * | machine | steps | the prompt or a chunk of it, a decoded token |
 * | | array, float, vector | a command, from its first clock edge to its last |
 * | | dma.weights, dma.stream, dma.store | the time in which a transfer was the oldest of its engine at the DRAM |
 * | | array waits for | a stall of the array, named by its cause (`sim/controller/stalls.ts`) |
 * | DRAM channel | weights, stream, store | the same of the part of a transfer that lies in the channel |
 * | | refresh | a refresh of a rank, or of a bank where the policy refreshes them one by one |
 *
 * Transfers of an engine are under way side by side; a track shows one at a time, so a slice begins with the request or, if later,
 * with the end of the transfer before, and may have no length. Each step's slices follow those of the one before; within a step they are in the
 * order of the program. Units: picoseconds, from the beginning of the first phase.
 */
import { TritsimError } from '../../errors/error.ts';
import type { Machine } from '../../hardware/machine.ts';
import type { Plan } from '../../mapping/plan.ts';
import { DMA_ENGINES, ENGINES } from '../../mapping/program.ts';
import type { Work } from '../../mapping/work.ts';
import type { RefreshWindow } from '../../sim/dram/channel-log.ts';
import type { DramDevice } from '../../sim/dram/device.ts';
import type { StepRecord, TimelineObserver } from '../../sim/timeline.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import { formatBytes, formatCount } from '../../units/format.ts';
import { ChromeWriter, type Track } from './chrome.ts';
import { estimateEvents } from './estimate.ts';
import { checkWindow, hasStep, hasTime, type TimelineWindow } from './window.ts';

/** The longest timeline that is written unasked, bytes: what Perfetto opens in a browser without trouble. */
export const MAX_TIMELINE_BYTES = 200e6;

/** Mean length of an event, bytes: 104 measured on the shipped trace, more where times and addresses are longer. */
export const BYTES_PER_EVENT = 120;

export interface TimelineOptions {
  readonly manifest: TraceManifest;
  readonly machine: Machine;
  readonly device: DramDevice;
  readonly window: TimelineWindow;
  /** TIMELINE_TOO_LARGE beyond so many bytes of JSON; Infinity to write whatever it takes. */
  readonly limitBytes: number;
  /** Takes the text piece by piece; ASCII as far as the names are. */
  readonly write: (text: string) => void;
}

const STREAMS = ['weights', 'stream', 'store'] as const;
const STEPS_TRACK = 1;
const STALLS_TRACK = ENGINES.length + 2;
const REFRESH_TRACK = STREAMS.length + 1;

export class Timeline implements TimelineObserver {
  readonly #options: TimelineOptions;
  readonly #banks: number;
  readonly #chrome: ChromeWriter;
  /** When the newest slice of a track that shows one transfer at a time ended: by engine; by channel and engine. */
  readonly #engineEndPs = new Float64Array(DMA_ENGINES);
  readonly #channelEndPs: Float64Array;
  #phase: Phase = 'prefill';
  #beginPs = 0;
  #bytes = 0;
  /** Whether the newest step lies within the window. */
  #within = false;

  /** Throws TIMELINE_WINDOW. */
  constructor(options: TimelineOptions) {
    const { manifest, machine, device, window } = options;
    checkWindow(window, manifest);
    this.#options = options;
    this.#banks = device.organisation.bankGroups * device.organisation.banksPerGroup;
    this.#channelEndPs = new Float64Array(machine.dram.channels * DMA_ENGINES);
    this.#chrome = new ChromeWriter((text) => this.#write(text), {
      machine: machine.name,
      device: device.name,
      model: manifest.model.name,
    });
  }

  /** Throws TIMELINE_TOO_LARGE where the forecast is beyond the limit. */
  plan(plan: Plan): void {
    const { manifest, machine, device, window, limitBytes } = this.#options;
    if (limitBytes === Infinity) return;
    const events = estimateEvents(manifest, machine, device, plan, window);
    if (events * BYTES_PER_EVENT > limitBytes) {
      throw tooLarge(`about ${formatCount(events)} events`, events * BYTES_PER_EVENT, limitBytes);
    }
  }

  phase(phase: Phase, beginPs: number): void {
    this.#phase = phase;
    this.#beginPs = beginPs;
    this.#engineEndPs.fill(0);
    this.#channelEndPs.fill(0);
  }

  step(record: StepRecord): void {
    const { step, fromPs, toPs, program, schedule, stalls, channels } = record;
    this.#within = hasStep(this.#options.window, this.#phase, step.index);
    const name = this.#phase === 'decode' ? `token ${step.index}` : 'prompt';
    this.#slice(this.#unit(STEPS_TRACK, 'steps'), name, fromPs, toPs, { rows: step.rows });
    for (let command = 0; command < program.length; command++) {
      const operation = this.#options.manifest.operations[program.operation[command]!]!;
      const engine = program.engine[command]!;
      const work = program.works[program.work[command]!]!;
      const [start, finish] = [schedule.startPs[command]!, schedule.finishPs[command]!];
      const details = { layer: operation.layer, ...detailsOf(work) };
      const track = this.#unit(STEPS_TRACK + 1 + ENGINES.indexOf(ENGINES[engine]!), ENGINES[engine]!);
      if (engine >= DMA_ENGINES) {
        this.#slice(track, operation.name, start, finish, details);
        continue;
      }
      const bytes = { ...details, address: program.address[command]!, dram_bytes: program.bytes[command]! };
      this.#slice(track, operation.name, Math.max(start, this.#engineEndPs[engine]!), finish, bytes);
      this.#engineEndPs[engine] = finish;
      for (let channel = 0; channel < channels.channels; channel++) {
        const end = channels.partEndPs(command, channel);
        if (end > 0) this.#part(channel, engine, operation.name, start, end);
      }
    }
    for (const stall of stalls) {
      const track = this.#unit(STALLS_TRACK, 'array waits for');
      this.#slice(track, stall.cause, stall.fromPs, stall.toPs, {});
    }
    this.#refreshes(channels.refreshes());
  }

  flush(fromPs: number, toPs: number, refreshes: Iterable<RefreshWindow>): void {
    if (toPs > fromPs) this.#slice(this.#unit(STALLS_TRACK, 'array waits for'), 'output', fromPs, toPs, {});
    this.#refreshes(refreshes);
  }

  /** Ends the text; nothing may follow. */
  end(): void {
    this.#chrome.end();
  }

  #part(channel: number, engine: number, name: string, startPs: number, endPs: number): void {
    const slot = channel * DMA_ENGINES + engine;
    const from = Math.max(startPs, this.#channelEndPs[slot]!);
    const to = Math.max(from, endPs);
    this.#slice(channelTrack(channel, engine + 1, STREAMS[engine]!), name, from, to, {});
    this.#channelEndPs[slot] = to;
  }

  #refreshes(refreshes: Iterable<RefreshWindow>): void {
    for (const { channel, rank, bank, fromPs, toPs } of refreshes) {
      // Refreshes of two banks may overlap, so each bank has a track.
      const index = REFRESH_TRACK + rank * (this.#banks + 1) + bank + 1;
      const name = bank < 0 ? `refresh rank ${rank}` : `refresh rank ${rank} bank ${bank}`;
      this.#slice(channelTrack(channel, index, name), bank < 0 ? 'REF' : 'REFPB', fromPs, toPs, {});
    }
  }

  #unit(index: number, name: string): Track {
    return { group: this.#options.machine.name, groupIndex: 1, name, index };
  }

  #slice(
    track: Track,
    name: string,
    fromPs: number,
    toPs: number,
    details: Readonly<Record<string, string | number | boolean | null>>,
  ): void {
    const [from, to] = [this.#beginPs + fromPs, this.#beginPs + toPs];
    if (this.#within && hasTime(this.#options.window, from, to)) {
      this.#chrome.slice(track, name, from, to, details);
    }
  }

  #write(text: string): void {
    this.#bytes += text.length;
    const { limitBytes, write } = this.#options;
    if (this.#bytes > limitBytes) throw tooLarge('more events than forecast', this.#bytes, limitBytes);
    write(text);
  }
}

function channelTrack(channel: number, index: number, name: string): Track {
  return { group: `DRAM channel ${channel}`, groupIndex: channel + 2, name, index };
}

function detailsOf(work: Work): Record<string, string | number | boolean> {
  switch (work.unit) {
    case 'array':
      return { rows: work.rows, k: work.k, n: work.n, accumulate: work.accumulate };
    case 'vector':
      return { routine: work.routine, elements: work.elements };
    case 'float':
      return { multiply_adds: work.multiplyAdds };
    case 'load':
    case 'store':
      return { buffer: work.buffer, buffer_bytes: work.bufferBytes };
  }
}

function tooLarge(what: string, bytes: number, limitBytes: number): TritsimError {
  return new TritsimError('TIMELINE_TOO_LARGE', 'the timeline would be too large to look at', {
    found: `${what}, ${formatBytes(bytes)}`,
    allowed: [`at most ${formatBytes(limitBytes)}`],
    hint: "Narrow it with --from and --to (such as '1.2 ms' or 'token 3'), or write it all with --force.",
  });
}
