/**
 * The least distance between two commands of one channel, looked up for a pair at a time. Written from the standards by
 * pair of commands: JESD79-4 (DDR4), JESD209-4 (LPDDR4), JESD209-5 (LPDDR5), JESD235 (HBM2), JESD238 (HBM3).
 *
 * Units: cycles of the command clock, from a command's first cycle to the next one's first. NOT MODELLED: what the
 * simulator's own table leaves out (power-down, masked writes, mode registers, calibration, ODT).
 */
import { TritsimError } from '../../../errors/error.ts';
import { banksPerRank, busCycles, type CommandName, type SteppedDevice } from './device.ts';

const STANDARDS: readonly string[] = ['DDR4', 'LPDDR4', 'LPDDR5', 'HBM2', 'HBM3'];

/** A command that has been sent. */
export interface PastCommand {
  readonly cycle: number;
  readonly name: CommandName;
  /** Bank within the channel; of a rank-wide command the first of its rank. */
  readonly bank: number;
}

/** Distances of one pair of commands, by how near their banks are; 0: none. */
interface Distances {
  readonly bank?: number;
  readonly group?: number;
  readonly rank?: number;
  readonly otherRank?: number;
}

export class TimingRules {
  /** No command has an effect on another one this many cycles later. */
  readonly horizon: number;
  readonly #device: SteppedDevice;
  readonly #distances = new Map<string, Distances>();

  /** Throws `STEPPER_STANDARD`. */
  constructor(device: SteppedDevice) {
    this.#device = device;
    this.#fill(new Values(device));
    const all = [...this.#distances.values()].flatMap((d) => Object.values(d) as number[]);
    this.horizon = Math.max(...all, device.timings['tFAW']!) + 16;
  }

  /** Whether `name` may be sent to `bank` in `cycle` after all of `past`, which is in order of time. */
  allows(past: readonly PastCommand[], name: CommandName, bank: number, cycle: number): boolean {
    let activations = 0;
    for (let i = past.length - 1; i >= 0; i--) {
      const before = past[i]!;
      const elapsed = cycle - before.cycle;
      if (elapsed > this.horizon) break;
      if (elapsed < this.#distance(before, name, bank)) return false;
      if (name === 'ACT' && before.name === 'ACT' && this.#rankOf(before.bank) === this.#rankOf(bank)) {
        activations++;
        // At most four activations of a rank in any window of tFAW.
        if (activations === 4 && elapsed < this.#device.timings['tFAW']!) return false;
      }
    }
    return true;
  }

  #distance(before: PastCommand, name: CommandName, bank: number): number {
    const { cycles, intervals, separateColumnBus } = this.#device.command;
    const sameBus = !separateColumnBus || isColumn(before.name) === isColumn(name);
    let distance = sameBus ? cycles[before.name] : 0;
    const pair = this.#distances.get(`${before.name} ${name}`);
    if (pair === undefined) return distance;
    const shift = intervals === 'last' ? cycles[before.name] - cycles[name] : 0;
    const apply = (timing: number | undefined): void => {
      if (timing !== undefined) distance = Math.max(distance, timing + shift);
    };
    const { banksPerGroup } = this.#device.organisation;
    if (this.#rankOf(before.bank) !== this.#rankOf(bank)) apply(pair.otherRank);
    else {
      apply(pair.rank);
      if (Math.floor(before.bank / banksPerGroup) === Math.floor(bank / banksPerGroup)) apply(pair.group);
      if (before.bank === bank) apply(pair.bank);
    }
    return distance;
  }

  #rankOf(bank: number): number {
    return Math.floor(bank / banksPerRank(this.#device));
  }

  #fill(v: Values): void {
    const { standard } = this.#device;
    if (!STANDARDS.includes(standard)) {
      throw new TritsimError('STEPPER_STANDARD', 'the stepper has no rules for this standard', {
        found: standard,
        allowed: STANDARDS,
      });
    }
    const hbm = standard === 'HBM2' || standard === 'HBM3';
    const lpddr = standard === 'LPDDR4' || standard === 'LPDDR5';
    const set = (before: CommandName, name: CommandName, distances: Distances): void => {
      this.#distances.set(`${before} ${name}`, distances);
    };
    const column: Distances =
      standard === 'LPDDR4'
        ? { rank: Math.max(v.burst, v.of('tCCD')) }
        : { rank: Math.max(v.burst, v.of('tCCD_S')), group: v.of('tCCD_L') };
    set('RD', 'RD', { ...column, otherRank: v.burst + v.of('tRTRS') });
    set('WR', 'WR', { ...column, otherRank: v.burst + v.of('tRTRS') });
    set('RD', 'WR', { rank: v.of('tRTW'), otherRank: v.of('tRTW') });
    set('WR', 'RD', {
      ...v.writeToRead(standard),
      otherRank: v.of('WL') + v.burst + v.of('tRTRS') - v.of('RL'),
    });

    set('ACT', 'RD', { bank: v.of(hbm ? 'tRCDRD' : 'tRCD') });
    set('ACT', 'WR', { bank: v.of(hbm ? 'tRCDWR' : 'tRCD') });
    const between: Distances = lpddr
      ? { rank: v.of('tRRD') }
      : { rank: v.of('tRRD_S'), group: v.of('tRRD_L') };
    set('ACT', 'ACT', { ...between, bank: v.of('tRC') });
    set('ACT', 'PRE', { bank: v.of('tRAS') });
    set('ACT', 'PREA', { rank: v.of('tRAS') });
    set('RD', 'PRE', { bank: v.of('tRTP') });
    set('RD', 'PREA', { rank: v.of('tRTP') });
    const written = v.of('WL') + (standard === 'LPDDR4' ? v.of('tDQSS') : 0) + v.burst + v.of('tWR');
    set('WR', 'PRE', { bank: written });
    set('WR', 'PREA', { rank: written });
    set('PRE', 'ACT', { bank: v.of('tRP') });
    set('PREA', 'ACT', { rank: v.of('tRPab') });
    if (lpddr || standard === 'HBM3') {
      for (const before of ['PRE', 'PREA'] as const) {
        for (const name of ['PRE', 'PREA'] as const) set(before, name, { rank: v.of('tPPD') });
      }
    }
    set('PRE', 'REF', { rank: v.of('tRP') });
    set('PREA', 'REF', { rank: v.of('tRPab') });
    set('ACT', 'REF', { rank: v.of('tRC') });
    set('REF', 'ACT', { rank: v.of('tRFC') });
    set('REF', 'REF', { rank: v.of('tRFC') });
    if (standard === 'DDR4') return;
    set('PRE', 'REFPB', { bank: v.of('tRP') });
    set('ACT', 'REFPB', { bank: v.of('tRC'), rank: v.of(hbm ? 'tRRD_S' : 'tRRD') });
    set('REFPB', 'ACT', { bank: v.of('tRFCpb'), rank: v.of('tPBR2ACT') });
    set('REFPB', 'REFPB', { rank: v.of('tPBR2PBR') });
  }
}

/** A device's timings, and the cycles of its burst on the bus. */
class Values {
  readonly burst: number;
  readonly #timings: Readonly<Record<string, number>>;

  constructor(device: SteppedDevice) {
    this.burst = busCycles(device);
    this.#timings = device.timings;
  }

  of(name: string): number {
    return this.#timings[name]!;
  }

  writeToRead(standard: string): Distances {
    if (standard === 'LPDDR4')
      return { rank: this.of('WL') + this.of('tDQSS') + this.burst + this.of('tWTR') };
    const long = standard === 'LPDDR5' ? this.of('BL_L') : this.burst;
    return {
      rank: this.of('WL') + this.burst + this.of('tWTR_S'),
      group: this.of('WL') + long + this.of('tWTR_L'),
    };
  }
}

function isColumn(name: CommandName): boolean {
  return name === 'RD' || name === 'WR';
}
