import { TritsimError } from '../../errors/error.ts';
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { Clock } from '../clock.ts';
import type { DramCounts } from './counts.ts';
import { burstBytes, channelBytes, type DramDevice } from './device.ts';

export type { DramCounts } from './counts.ts';

/** All channels of one DRAM, fed by in-order streams (DMA engines). */
export class DramSystem {
  readonly clock: Clock;
  readonly burstBytes: number;
  readonly capacityBytes: number;
  readonly peakBytesPerSecond: number;
  /** Time of the completion that `advance` just reported, ps. */
  completedAtPs = 0;

  constructor(
    device: DramDevice,
    config: DramSystemConfig,
    _streams: number,
    _onRequest?: (address: number, write: boolean, dramCycle: number) => void,
  ) {
    const [p, q] = device.periodPs;
    this.clock = new Clock(p, q);
    this.burstBytes = burstBytes(device);
    this.capacityBytes = channelBytes(device) * config.channels;
    this.peakBytesPerSecond = config.channels;
    throw new TritsimError('DRAM_UNFINISHED', 'the DRAM system is being written');
  }

  submit(
    _stream: number,
    _id: number,
    _address: number,
    _bytes: number,
    _write: boolean,
    _ps: number,
  ): void {}

  advance(_limitPs: number): number {
    return -1;
  }

  flush(ps: number): number {
    return ps;
  }

  get pending(): boolean {
    return false;
  }

  busyPs(_nowPs: number): number {
    return 0;
  }

  counts(_nowPs: number): DramCounts {
    throw new TritsimError('DRAM_UNFINISHED', 'the DRAM system is being written');
  }
}
