/**
 * The float unit: `multiplyAdds` multiply-adds a cycle at a stated precision, accumulated in FP32, behind a pipeline of
 * `latency` cycles. It runs attention and the LM head, on both machines of a comparison alike.
 *
 * cycles = ceil(multiply-adds / multiplyAdds) + latency − 1.
 * Actions: multiply at the unit's precision, add in FP32, register (operands and accumulator of each lane).
 * NOT MODELLED: a shape of its own: its lanes are taken as filled by any product; masked pairs are skipped.
 */
import type { Machine } from '../../hardware/machine.ts';
import { floatBytes } from '../../mapping/packing.ts';
import type { Work } from '../../mapping/work.ts';
import { counted, type UnitCost } from '../cost.ts';

export function floatCost(machine: Machine, work: Extract<Work, { unit: 'float' }>): UnitCost {
  const { multiplyAdds: lanes, precision, latency } = machine.floatUnit;
  const value = 8 * floatBytes(machine.activations.format);
  const operand = 8 * floatBytes(precision);
  const { multiplyAdds } = work;
  return {
    cycles: Math.ceil(multiplyAdds / lanes) + latency - 1,
    readoutCycles: 0,
    multiplyAdds,
    laneCycles: multiplyAdds,
    demands: [
      { buffer: 'operands', readBits: work.operandReads * work.operandBits, writeBits: 0 },
      { buffer: 'activations', readBits: work.activationReads * value, writeBits: work.results * value },
    ],
    actions: [
      counted('float_unit', { type: 'multiply', format: precision }, multiplyAdds),
      counted('float_unit', { type: 'add', format: 'fp32' }, multiplyAdds),
      counted('float_unit', { type: 'register', bits: 1 }, multiplyAdds * (2 * operand + 32)),
    ],
  };
}
