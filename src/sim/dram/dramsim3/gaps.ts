import { COMMAND_NAMES } from '../commands.ts';
import { constraintsOf } from '../constraints.ts';
import type { DramDevice } from '../device.ts';
import type { Gap } from '../parity/timing.ts';
import { minimumGap } from '../timing.ts';

/** Every gap that DRAMsim3 keeps on the device, one for each pair of commands; none of zero cycles or fewer. */
export function gapsOf(device: DramDevice): Gap[] {
  return constraintsOf(device)
    .flatMap((row) =>
      row.after.flatMap((after) =>
        row.before.map((before): Gap => {
          const cycles = minimumGap(device, row, COMMAND_NAMES.indexOf(after), COMMAND_NAMES.indexOf(before));
          const sibling = row.level === 'other-ranks';
          const level = row.level === 'other-ranks' ? 'rank' : row.level;
          return { level, after, before, cycles, window: row.window ?? 1, sibling };
        }),
      ),
    )
    .filter(({ cycles }) => cycles > 0);
}
