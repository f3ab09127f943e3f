/** Small machines, DRAM devices and results for the tests of the energy account. */
import type { BufferConfig, Machine } from '../../src/hardware/machine.ts';
import type { DramCounts } from '../../src/sim/dram/counts.ts';
import type { DramDevice, DramRail } from '../../src/sim/dram/device.ts';
import { actionId, type Action, type Component, type LedgerRow } from '../../src/sim/ledger.ts';
import type { PhaseResult } from '../../src/sim/result.ts';

export const KIB = 1024;

export function buffer(capacityBytes: number, portBits: number): BufferConfig {
  return { capacityBytes, banks: 4, portBits, ports: '1r1w' };
}

/** A device whose energy depends on nothing but what is given here. */
export function device(
  name: string,
  tckPs: number,
  organisation: { readonly busBits: number; readonly burstLength: number; readonly devicesPerRank: number },
  timings: Readonly<Record<'tRC' | 'tRAS' | 'tRP' | 'tRFC', number>>,
  rails: readonly DramRail[],
): DramDevice {
  return {
    name,
    standard: 'DDR4',
    description: 'for a test',
    periodPs: [tckPs, 1],
    organisation: {
      ranks: 1,
      bankGroups: 4,
      banksPerGroup: 4,
      rows: 65536,
      burstsPerRow: 128,
      transfersPerCycle: 2,
      ...organisation,
    },
    timings,
    command: {
      cycles: { ACT: 1, PRE: 1, PREA: 1, RD: 1, WR: 1, REF: 1, REFPB: 1 },
      intervals: 'first',
      separateColumnBus: false,
    },
    energy: { by: 'currents', rails, source: 'a test' },
    sources: {},
  };
}

/** DDR4-3200 8 Gb x8 as DRAMsim3 has it, with that tool's rounded clock of 0.63 ns. */
export const DDR4_3200 = device(
  'DDR4-3200',
  630,
  { busBits: 64, burstLength: 8, devicesPerRank: 8 },
  { tRC: 74, tRAS: 52, tRP: 22, tRFC: 560 },
  [
    {
      name: 'VDD',
      volts: 1.2,
      milliamperes: { IDD0: 57, IDD2N: 37, IDD3N: 52, IDD4R: 168, IDD4W: 150, IDD5AB: 250 },
    },
  ],
);

export const NO_DRAM: DramCounts = {
  act: 0,
  pre: 0,
  rd: 0,
  wr: 0,
  ref: 0,
  refpb: 0,
  rowHits: 0,
  readBytes: 0,
  writeBytes: 0,
  merged: 0,
  forwarded: 0,
  activeStandbyCycles: 0,
  prechargeStandbyCycles: 0,
  cycles: 0,
};

export function ledgerRow(component: Component, action: Action, count: number): LedgerRow {
  return { component, action, id: actionId(component, action), count };
}

export function phase(ledger: readonly LedgerRow[], dram: DramCounts, timePs: number): PhaseResult {
  const idle = { busyPs: 0, exposedPs: 0 };
  return {
    phase: 'decode',
    steps: 1,
    batch: 1,
    tokens: 1,
    timePs,
    cycles: 1,
    dramCycles: 1,
    firstStepPs: timePs,
    lastStepPs: timePs,
    components: { array: idle, float_unit: idle, vector: idle, sram: idle, dma: idle, dram: idle },
    arrayStallsPs: { weights: 0, activations: 0, output: 0, kv: 0, refresh: 0, dependency: 0 },
    ledger,
    dram,
    operations: [],
    arrayUtilisation: 0,
    floatUtilisation: 0,
    array: {
      computeCycles: 0,
      readoutCycles: 0,
      portStallCycles: 0,
      multiplyAdds: 0,
      laneCycles: 0,
      denseEquivalent: 0,
    },
    mapping: { activations: 'whole', stages: 1, dramBytes: 0 },
  };
}

export function withArray(machine: Machine, array: Machine['array']): Machine {
  return { ...machine, array };
}
