import type { DramDevice } from './device.ts';

/** Where a parity policy brings what its tool's configuration says: the device, and how addresses lie in it. */
export interface ParityDevice {
  readonly device: DramDevice;
  readonly channels: number;
  readonly interleaveBytes: number;
  readonly mapping: string;
  /** Requests that the front end of the goldens offers a cycle. */
  readonly issueWidth: (channels: number) => number;
}
