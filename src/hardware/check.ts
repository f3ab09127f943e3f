/**
 * Machines that cannot be built, whatever runs on them; and the one limit that depends on what runs, the width of an
 * accumulator. Each rule is a row: code, the path to mend, what is wrong. What depends on the DRAM device (burst,
 * address fields, policy) is checked where the device is known, by the simulator.
 */
import { TritsimError } from '../errors/error.ts';
import type { ArrayKind, BufferName, BufferPacking, Machine, Packing, ZeroSkipConfig } from './machine.ts';

export interface Impossibility {
  readonly code: string;
  readonly path: string;
  readonly sentence: string;
  readonly found: string;
  readonly allowed?: readonly string[];
}

type Readable = Readonly<Partial<Record<Packing, readonly BufferPacking[]>>>;
const TERNARY: Readable = {
  'ternary-2b': ['ternary-2b'],
  'ternary-base3': ['ternary-base3', 'ternary-2b'],
  'ternary-5b3': ['ternary-5b3', 'ternary-2b'],
  'bitmap-sign': ['ternary-2b'],
};
/** What the weight path of each array can read: as DRAM holds it → as the weight buffer may hold it. */
const PACKINGS: Readonly<Record<ArrayKind, Readable>> = {
  'adder-tree': TERNARY,
  'zero-skip': TERNARY,
  'bit-serial': TERNARY,
  lut: TERNARY,
  'mac-fp16': { fp16: ['fp16'], bf16: ['bf16'] },
  'mac-int8': { int8: ['int8'] },
  'mac-int4': { int4: ['int4'] },
};

/** Magnitude of the largest activation: −128 as int8. */
const LARGEST_ACTIVATION = 128;
/** Magnitude of the largest weight of each kind of operand. */
const LARGEST_WEIGHT = { trit: 1, int4: 8, int8: 128 } as const;
type WeightOperand = keyof typeof LARGEST_WEIGHT;
/** What the arrays that add up integers multiply with. */
const WEIGHTS: Readonly<Record<Exclude<ArrayKind, 'mac-fp16'>, WeightOperand>> = {
  'adder-tree': 'trit',
  'zero-skip': 'trit',
  'bit-serial': 'trit',
  lut: 'trit',
  'mac-int8': 'int8',
  'mac-int4': 'int4',
};
/** Bits of an FP32 accumulator, and the sums up to which it holds every integer: 24 bits of significand (IEEE 754). */
const FP32_BITS = 32;
const FP32_EXACT = 2 ** 24;

/** Every rule that `machine` breaks; empty for one that can be built. */
export function findImpossibilities(machine: Omit<Machine, 'hash'>): Impossibility[] {
  return [...packingFaults(machine), ...accumulatorFaults(machine), ...bufferFaults(machine)];
}

function packingFaults({ array, packing }: Omit<Machine, 'hash'>): Impossibility[] {
  const readable = PACKINGS[array.kind];
  const held = readable[packing.dram];
  if (held === undefined) {
    const sentence = `an array of kind ${array.kind} cannot read this packing`;
    const allowed = Object.keys(readable);
    return [{ code: 'MACHINE_PACKING', path: 'packing.dram', sentence, found: packing.dram, allowed }];
  }
  if (held.includes(packing.sram)) return [];
  const sentence = `${packing.dram} in DRAM cannot become this in the weight buffer`;
  return [{ code: 'MACHINE_PACKING', path: 'packing.sram', sentence, found: packing.sram, allowed: held }];
}

function accumulatorFaults({ array }: Omit<Machine, 'hash'>): Impossibility[] {
  const bits = array.accumulatorBits;
  if (array.kind === 'mac-fp16') {
    if (bits === FP32_BITS) return [];
    const sentence = 'an array of kind mac-fp16 accumulates in FP32';
    return [
      {
        code: 'MACHINE_ACCUMULATOR',
        path: 'array.accumulator',
        sentence,
        found: `${bits} bit`,
        allowed: ['32 bit'],
      },
    ];
  }
  const operand = WEIGHTS[array.kind];
  const needed = requiredAccumulatorBits(1, operand);
  if (bits >= needed) return [];
  const sentence = `one product of an int8 activation and a weight (${operand}) needs ${needed} bit`;
  return [{ code: 'MACHINE_ACCUMULATOR', path: 'array.accumulator', sentence, found: `${bits} bit` }];
}

function bufferFaults({ buffers }: Omit<Machine, 'hash'>): Impossibility[] {
  const faults: Impossibility[] = [];
  for (const [name, { capacityBytes, banks, portBits }] of Object.entries(buffers) as [
    BufferName,
    Machine['buffers'][BufferName],
  ][]) {
    const path = `buffers.${name}`;
    const code = 'MACHINE_BUFFER';
    if (portBits % 8 !== 0) {
      const sentence = 'a port must be whole bytes wide';
      faults.push({ code, path: `${path}.port`, sentence, found: `${portBits} bit` });
    } else if (capacityBytes % ((banks * portBits) / 8) !== 0) {
      const sentence = `the capacity must be a multiple of banks × port, ${(banks * portBits) / 8} B here`;
      faults.push({ code, path: `${path}.capacity`, sentence, found: `${capacityBytes} B` });
    }
  }
  return faults;
}

/**
 * Smallest signed width, bits, that holds the worst sum of `k` products of an int8 activation and a weight: K·128 for
 * trits, K·128·8 and K·128·128 for int4 and int8 weights; two's complement, so that +2^(n−1) needs n + 1 bits.
 */
export function requiredAccumulatorBits(k: number, operand: WeightOperand): number {
  const magnitude = k * LARGEST_ACTIVATION * LARGEST_WEIGHT[operand];
  let bits = 1;
  while (2 ** (bits - 1) - 1 < magnitude) bits++;
  return bits;
}

/**
 * Refuses an array that cannot hold every integer result of a dot product of length `k` over ternary weights (in the
 * contract's words: too narrow for the worst case of the mapped K). The int8 and int4 arrays are held to the full range of their weights; FP32
 * accumulators hold integers up to 2^24.
 * @param operation name of the operation, for the error.
 * @throws MACHINE_ACCUMULATOR_NARROW
 */
export function checkAccumulator(machine: Machine, k: number, operation: string): void {
  const { kind, accumulatorBits } = machine.array;
  const refuse = (hint: string): never => {
    throw new TritsimError(
      'MACHINE_ACCUMULATOR_NARROW',
      `the accumulators are too narrow for K = ${k} of ${operation}`,
      {
        place: `${machine.name}: array.accumulator`,
        found: `${accumulatorBits} bit`,
        hint,
      },
    );
  };
  if (kind === 'mac-fp16') {
    if (k * LARGEST_ACTIVATION > FP32_EXACT)
      refuse(`FP32 sums of trits and int8 are exact up to K = ${FP32_EXACT / LARGEST_ACTIVATION}`);
    return;
  }
  const needed = requiredAccumulatorBits(k, WEIGHTS[kind]);
  if (accumulatorBits < needed) refuse(`The worst case needs ${needed} bit`);
  if (machine.array.kind === 'zero-skip') checkLanes(machine, machine.array, k, operation);
}

/** A lane of a zero-skip array adds up its share of the inputs. */
function checkLanes(
  { name }: Machine,
  { lanes, window, laneBits }: ZeroSkipConfig,
  k: number,
  operation: string,
): void {
  const share = Math.min(k, Math.ceil(k / (lanes * window)) * window);
  const needed = requiredAccumulatorBits(share, 'trit');
  if (laneBits >= needed) return;
  throw new TritsimError(
    'MACHINE_ACCUMULATOR_NARROW',
    `a lane is too narrow for its ${share} of the K = ${k} inputs of ${operation}`,
    {
      place: `${name}: array.laneAccumulator`,
      found: `${laneBits} bit`,
      hint: `The worst case needs ${needed} bit`,
    },
  );
}
