import { COMMAND_NAMES, type CommandName } from '../commands.ts';
import type { DramDevice } from '../device.ts';
import type { Gap } from '../parity/timing.ts';
import { latencyCycles } from '../timing.ts';
import { rowsOf, type Row } from './constraints.ts';

const COLUMN: readonly CommandName[] = ['RD', 'WR'];

/**
 * Every gap that Ramulator 2.1 keeps on the device, one for each pair of commands; none of zero cycles or fewer. On channels with a
 * column bus of its own, a command that takes several cycles keeps its bus for them; elsewhere the controller sends one
 * command a cycle and intervals run from first cycle to first.
 */
export function gapsOf(device: DramDevice): Gap[] {
  const gaps = rowsOf(device.standard).flatMap((row) => expand(device, row));
  const { cycles, separateColumnBus } = device.command;
  if (!separateColumnBus) return gaps;
  for (const after of COMMAND_NAMES) {
    const column = COLUMN.includes(after);
    for (const before of cycles[after] > 1 ? COMMAND_NAMES : []) {
      if (COLUMN.includes(before) !== column) continue;
      gaps.push({ level: 'channel', after, before, cycles: cycles[after], window: 1, sibling: false });
    }
  }
  return gaps;
}

function expand(device: DramDevice, { level, window = 1, sibling = false, ...row }: Row): Gap[] {
  const latency = latencyCycles(device, row.latency);
  const { cycles, intervals } = device.command;
  return row.after
    .flatMap((after) =>
      row.before.map((before) => {
        const shift = intervals === 'last' ? cycles[after] - cycles[before] : 0;
        return { level, after, before, cycles: latency + shift, window, sibling };
      }),
    )
    .filter((gap) => gap.cycles > 0);
}
