/** Asks every gap of a parity policy anew whether a command may go, from the cycles of the commands sent before it. */
import { COMMAND_NAMES } from '../../../../src/sim/dram/commands.ts';
import type { DramOrganisation } from '../../../../src/sim/dram/device.ts';
import { LEVELS, type Gap } from '../../../../src/sim/dram/parity/timing.ts';

interface Sent {
  readonly path: readonly number[];
  readonly cycle: number;
}

export class PlainTiming {
  readonly #organisation: DramOrganisation;
  readonly #gaps: readonly (readonly Gap[])[];
  /** By command, the latest first. */
  readonly #sent: readonly Sent[][] = COMMAND_NAMES.map(() => []);
  readonly #longest: number;

  constructor(organisation: DramOrganisation, gaps: readonly Gap[]) {
    this.#organisation = organisation;
    this.#gaps = COMMAND_NAMES.map((name) => gaps.filter(({ before }) => before === name));
    this.#longest = Math.max(...gaps.map(({ cycles }) => cycles));
  }

  /** Channel, rank or pseudo-channel, stack id, bank group, bank. */
  pathOf(bank: number): number[] {
    const { ranks, stacks = 1, bankGroups, banksPerGroup } = this.#organisation;
    const group = Math.floor(bank / banksPerGroup);
    const rank = Math.floor(group / bankGroups);
    return [0, rank % (ranks / stacks), rank, group, bank];
  }

  allows(command: number, bank: number, cycle: number): boolean {
    const path = this.pathOf(bank);
    return this.#gaps[command]!.every(({ level, after, sibling, window, cycles }) => {
      const depth = LEVELS.indexOf(level);
      const reached = this.#sent[COMMAND_NAMES.indexOf(after)]!.filter((one) =>
        sibling
          ? one.path[depth - 1] === path[depth - 1] && one.path[depth] !== path[depth]
          : one.path[depth] === path[depth],
      );
      return reached.length < window || cycle - reached[window - 1]!.cycle >= cycles;
    });
  }

  send(command: number, bank: number, cycle: number): void {
    const sent = this.#sent[command]!;
    sent.unshift({ path: this.pathOf(bank), cycle });
    while (cycle - sent.at(-1)!.cycle > this.#longest) sent.pop();
  }
}
