/**
 * The channels of one DRAM, and what can be seen of them together. Each channel is a component of its own.
 *
 * Units: cycles of the command clock, bytes.
 */
import { TritsimError } from '../../../errors/error.ts';
import { SteppedChannel, type AcceptObserver } from './channel.ts';
import { burstsByChannel, Layout } from './layout.ts';
import { bytesPerBurst, type CommandName, type SteppedDevice, type SteppedPolicy } from './device.ts';
import type { RequestStream, Transfer } from './transfer.ts';

/** How a machine uses a device. */
export interface SteppedDramConfig {
  readonly channels: number;
  readonly interleaveBytes: number;
  readonly mapping: string;
  readonly policy: SteppedPolicy;
}

export class SteppedDram {
  readonly channels: readonly SteppedChannel[];
  readonly burstBytes: number;
  readonly #device: SteppedDevice;
  readonly #config: SteppedDramConfig;
  readonly #streams: readonly RequestStream[];
  /** By stream: transfers of it that are known to be done, from the first on. */
  readonly #doneBefore: number[];

  constructor(
    device: SteppedDevice,
    config: SteppedDramConfig,
    streams: readonly RequestStream[],
    onAccept?: AcceptObserver,
  ) {
    this.#device = device;
    this.#config = config;
    this.#streams = streams;
    this.#doneBefore = streams.map(() => 0);
    this.burstBytes = bytesPerBurst(device);
    const layout = new Layout(device, config.mapping);
    this.channels = Array.from(
      { length: config.channels },
      (_, index) => new SteppedChannel(index, device, config.policy, layout, streams, onAccept),
    );
  }

  /** A transfer of bytes [address, address + bytes), burst by burst. Throws `STEPPER_TRANSFER` for an empty one. */
  transfer(id: number, write: boolean, address: number, bytes: number): Transfer {
    if (bytes < 1) {
      throw new TritsimError('STEPPER_TRANSFER', 'a transfer has at least one byte', {
        found: String(bytes),
      });
    }
    const { channels, interleaveBytes } = this.#config;
    return { id, write, bursts: burstsByChannel(this.#device, channels, interleaveBytes, address, bytes) };
  }

  /** Visible: whether every burst of a transfer is done. */
  isDone({ id, bursts }: Transfer): boolean {
    return this.channels.every((channel, index) => channel.burstsDone(id) === bursts[index]!.length);
  }

  /** Visible: whether a transfer has been issued that is not done, or a write waits or is on a bus. */
  isBusy(): boolean {
    return this.#streams.some((_, s) => this.#hasOpen(s)) || this.channels.some((c) => c.writesBusy);
  }

  /** Visible: whether nothing waits or is on a bus. */
  isIdle(): boolean {
    return this.channels.every((channel) => !channel.busy);
  }

  #hasOpen(stream: number): boolean {
    const { issued } = this.#streams[stream]!;
    for (let i = this.#doneBefore[stream]!; i < issued.length; i++) {
      if (!this.isDone(issued[i]!)) return true;
      if (i === this.#doneBefore[stream]) this.#doneBefore[stream] = i + 1;
    }
    return false;
  }

  /** Commands and cycles of all channels together after `cycles` cycles. */
  counts(cycles: number): DramTotals {
    const sum = (of: (channel: SteppedChannel) => number): number =>
      this.channels.reduce((total, channel) => total + of(channel), 0);
    const sent = (...names: CommandName[]): number =>
      sum(({ counts }) => names.reduce((total, name) => total + counts.sent[name], 0));
    const active = sum(({ counts }) => counts.activeCycles);
    return {
      act: sent('ACT'),
      pre: sent('PRE', 'PREA'),
      rd: sent('RD'),
      wr: sent('WR'),
      ref: sent('REF'),
      refpb: sent('REFPB'),
      rowHits: sum(({ counts }) => counts.rowHits),
      readBytes: sent('RD') * this.burstBytes,
      writeBytes: sent('WR') * this.burstBytes,
      merged: sum(({ counts }) => counts.merged),
      forwarded: sum(({ counts }) => counts.forwarded),
      activeStandbyCycles: active,
      prechargeStandbyCycles: cycles * this.channels.length * this.#device.organisation.ranks - active,
      cycles,
    };
  }
}

/** As the simulator's `DramCounts` has them. */
export interface DramTotals {
  readonly act: number;
  readonly pre: number;
  readonly rd: number;
  readonly wr: number;
  readonly ref: number;
  readonly refpb: number;
  readonly rowHits: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  readonly merged: number;
  readonly forwarded: number;
  readonly activeStandbyCycles: number;
  readonly prechargeStandbyCycles: number;
  readonly cycles: number;
}
