/**
 * What the simulation of a machine leaves out, one sentence each, for the report (law 6). The file heads of the
 * components say the same beside the code.
 */
import type { Machine } from '../hardware/machine.ts';
import type { Fidelity } from './result.ts';

const ALWAYS: readonly string[] = [
  'Time: a step begins when the one before has ended; weights of the next token are not fetched early.',
  'Time: SRAM bank conflicts by address, and the DMA competing with a unit for the ports of a 1r1w buffer.',
  'Time: clock-domain crossings between the units and the DRAM controller, and the network between DMA and channels.',
  'Time: the vector unit reduces across its lanes within a pass, reads gains and sine tables for nothing and does not chain passes.',
  "Time: the float unit's lanes are filled by any product; the keys and values of the step's own tokens are read as if they were in the operand buffer.",
  'Scope: sampling and the host (logits are written to DRAM), instruction fetch, power management, thermal effects.',
];

const MULTIPLIED = 'Array: zeros are multiplied like any value; a partial fold takes as long as a full one.';

const BY_ARRAY: Readonly<Record<Machine['array']['kind'], string>> = {
  'adder-tree':
    'Array: every trit takes its lane for a beat, zeros too; values do not change the cycles of this kind.',
  'zero-skip':
    'Array: weights are read again for every token row; finding the next trit that is not zero has no price of its own.',
  lut: 'Array: every trit takes its part of a fetch, zeros too; values do not change the cycles of this kind.',
  'bit-serial':
    'Array: zeros and bits that are zero below the highest take their lane for a cycle like any other.',
  'mac-fp16': MULTIPLIED,
  'mac-int8': MULTIPLIED,
  'mac-int4': MULTIPLIED,
};

/** What stands in for values that a synthesized trace does not have. */
const MODELLED: Readonly<Partial<Record<Machine['array']['kind'], string>>> = {
  'zero-skip':
    'Values: modelled; trits are drawn independently, seeded, at the zero fractions that the trace states, and no activation is taken as zero.',
  'bit-serial': 'Values: modelled; there are no activations, so all eight bits of each are taken.',
};

const ESTIMATED: readonly string[] = [
  'Time: estimated in closed form, not simulated: DRAM transfers take turns as wholes at an average rate, and refreshes are averaged.',
  'DRAM: rows opened and closed and the standby of open rows are estimated; no burst is merged or forwarded.',
  'Values: an estimate computes none; nothing was checked through the array.',
];

const QUANTIZED_CACHE =
  'KV cache: the scales of quantized keys and values, and converting them; what int8 or int4 does to the output of the model.';

function slowAccumulator(cycles: number): string {
  return (
    `Array: an accumulator of ${cycles} cycles takes a sum every cycle, also where consecutive ones are for the same output ` +
    `(outputs that stay, or fewer than ${cycles} token rows); without forwarding these would take up to ${cycles} times as long.`
  );
}

export function simulationNotModelled(machine: Machine, recorded: boolean, fidelity: Fidelity): string[] {
  const sentences = [...ALWAYS, BY_ARRAY[machine.array.kind]];
  const { array } = machine;
  if ('pipeline' in array && array.pipeline.accumulate > 1) {
    sentences.push(slowAccumulator(array.pipeline.accumulate));
  }
  if (fidelity === 'analytic') sentences.push(...ESTIMATED);
  if (machine.kvCache.precision.startsWith('int')) sentences.push(QUANTIZED_CACHE);
  if (!recorded) {
    sentences.push(
      'Values: the trace has none, so nothing was checked through the array and embedding rows are modelled.',
    );
    const modelled = MODELLED[machine.array.kind];
    if (modelled !== undefined) sentences.push(modelled);
  }
  return sentences;
}
