/**
 * What the stepper needs to know of a DRAM device and of a controller's choices. Written down here, by shape, since the
 * stepper imports nothing of the simulator that it checks; the simulator's own device and policy have this shape.
 *
 * Units: cycles of the command clock, picoseconds.
 */
export type CommandName = 'ACT' | 'PRE' | 'PREA' | 'RD' | 'WR' | 'REF' | 'REFPB';

export interface SteppedDevice {
  /** Others than these are refused: their rules are not written down here. */
  readonly standard: string;
  readonly periodPs: readonly [p: number, q: number];
  readonly organisation: {
    readonly ranks: number;
    readonly bankGroups: number;
    readonly banksPerGroup: number;
    readonly rows: number;
    readonly burstsPerRow: number;
    readonly busBits: number;
    readonly burstLength: number;
    readonly transfersPerCycle: number;
  };
  /** By the names of the standards: `tRCD`, `RL`, … */
  readonly timings: Readonly<Record<string, number>>;
  readonly command: {
    readonly cycles: Readonly<Record<CommandName, number>>;
    readonly intervals: 'first' | 'last';
    readonly separateColumnBus: boolean;
  };
}

export interface SteppedPolicy {
  readonly readQueue: number;
  readonly writeQueue: number;
  readonly page: 'open' | 'closed';
  readonly rowHitCap: number;
  readonly writeHigh: number;
  readonly writeLow: number;
  readonly refresh: 'rank' | 'bank';
  readonly refreshStagger: 'even' | 'none';
  readonly refreshPrecharge: 'all' | 'each';
}

export function banksPerRank({ organisation }: SteppedDevice): number {
  return organisation.bankGroups * organisation.banksPerGroup;
}

/** Cycles of a burst on the data bus. */
export function busCycles({ organisation }: SteppedDevice): number {
  return organisation.burstLength / organisation.transfersPerCycle;
}

/** Bytes of a burst. */
export function bytesPerBurst({ organisation }: SteppedDevice): number {
  return (organisation.busBits * organisation.burstLength) / 8;
}

/** Cycles from a column command to the end of its data. */
export function dataCycles(device: SteppedDevice, command: 'RD' | 'WR'): number {
  const { timings } = device;
  const first = device.command.intervals === 'last' ? device.command.cycles[command] - 1 : 0;
  const latency =
    command === 'RD' ? timings['RL']! + (timings['tDQSCK'] ?? 0) : timings['WL']! + (timings['tDQSS'] ?? 0);
  return first + latency + busCycles(device);
}
