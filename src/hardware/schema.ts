/**
 * The machine file, `tritsim.machine/1`: every key that it may have, the unit each value is written in, and what the
 * key becomes in `Machine`. Strict: no unknown key, no missing key, no default. Defaults live in the preset files that a
 * machine extends. What a key means is said once, here, and reaches editors through the JSON Schema.
 */
import * as z from 'zod';
import { TritsimError } from '../errors/error.ts';
import { parseFrequency, parseQuantity, parseWhole } from '../units/parse.ts';
import { exampleOf, type Dimension } from '../units/unit.ts';
import type { Machine } from './machine.ts';

export const MACHINE_SCHEMA = 'tritsim.machine/1';

const BUFFER_PACKINGS = [
  'ternary-2b',
  'ternary-base3',
  'ternary-5b3',
  'int4',
  'int8',
  'fp16',
  'bf16',
] as const;
const PACKINGS = [...BUFFER_PACKINGS, 'bitmap-sign'] as const;
const DATAFLOWS = ['weight-stationary', 'output-stationary'] as const;
const SYSTOLIC_DATAFLOWS = [...DATAFLOWS, 'input-stationary'] as const;
const FLOAT_PRECISIONS = ['fp16', 'bf16', 'fp32'] as const;
const KV_PRECISIONS = [...FLOAT_PRECISIONS, 'int8', 'int4'] as const;

/** A quantity in text, read by `read`; its error keeps the code that units/ gave it. */
function quantity<T>(dimension: Dimension, description: string, read: (text: string) => T) {
  const input = z.string().meta({ description, examples: [exampleOf(dimension)] });
  return input.transform((written, context): T => {
    try {
      return read(written);
    } catch (error) {
      if (!(error instanceof TritsimError)) throw error;
      context.addIssue({ code: 'custom', message: error.summary, params: { error } });
      return z.NEVER;
    }
  });
}

const bytes = (description: string) =>
  quantity('capacity', description, (text) => positive(parseWhole(text, 'B'), text));
const bits = (description: string) =>
  quantity('width', description, (text) => positive(parseWhole(text, 'bit'), text));
const cycles = (description: string) =>
  quantity('cycles', description, (text) => positive(parseWhole(text, 'cycles'), text));
const cyclesOrNone = (description: string) =>
  quantity('cycles', description, (text) => parseWhole(text, 'cycles'));
const count = (description: string) => z.int().min(1).meta({ description });
const fraction = (description: string) => z.number().min(0).max(1).meta({ description });
const choice = <const T extends readonly string[]>(values: T, description: string) =>
  z.enum(values).meta({ description });

function positive(value: number, text: string): number {
  if (value > 0) return value;
  throw new TritsimError('UNIT_RANGE', 'the value must be above zero', { found: `'${text}'` });
}

const text = (description: string, ...examples: string[]) =>
  z.string().min(1).meta({ description, examples });
const section = <const S extends z.ZodRawShape>(description: string, shape: S) =>
  z.strictObject(shape).meta({ description });

const accumulator = bits('Width of an accumulator, sign included.');
const STAYS = 'What stays in the array while the rest streams past.';

const adderTree = section('Trees that select +x, −x or 0 for each trit and add.', {
  kind: z.literal('adder-tree').meta({ description: 'Kind of array.' }),
  inputs: count('Leaves of one tree: trits of one output taken a cycle.'),
  outputs: count('Trees side by side: outputs served a cycle.'),
  dataflow: choice(DATAFLOWS, STAYS),
  accumulator,
  pipeline: section('Depth of the pipeline, cycles; one beat enters every cycle.', {
    select: cycles('Selection of +x, −x or 0.'),
    tree: cycles('The whole tree of adders.'),
    accumulate: cycles("The accumulator's add."),
  }),
}).transform(({ accumulator: accumulatorBits, ...rest }) => ({ ...rest, accumulatorBits }));

const zeroSkip = section('Columns of lanes that step over zero trits; cycles follow from the values.', {
  kind: z.literal('zero-skip').meta({ description: 'Kind of array.' }),
  lanes: count('Lanes of one column: additions of one output a cycle.'),
  outputs: count('Columns side by side: outputs served at a time.'),
  window: z.int().min(1).max(255).meta({
    description: 'Consecutive inputs that a lane is given in one beat.',
  }),
  queue: count('Beats that the array holds: how far a lane may run ahead of the slowest.'),
  skips: choice(
    ['weights', 'weights-and-activations'],
    'weights: trits that are zero; weights-and-activations: also trits whose activation is zero.',
  ),
  laneAccumulator: bits("Width of a lane's sum, sign included."),
  accumulator,
  pipeline: section('Depth of the pipeline behind the lanes, cycles.', {
    tree: cycles('Adding up the lanes of a column.'),
    accumulate: cycles("The accumulator's add."),
  }),
}).transform(({ laneAccumulator: laneBits, accumulator: accumulatorBits, ...rest }) => ({
  ...rest,
  laneBits,
  accumulatorBits,
}));

const lut = section(
  'Tables of partial sums of a few activations, built for each row and fetched from by trits.',
  {
    kind: z.literal('lut').meta({ description: 'Kind of array.' }),
    groups: count('Tables side by side.'),
    groupSize: z.int().min(1).max(6).meta({ description: 'Activations that a table is built from.' }),
    outputs: count('Outputs served a cycle: read ports of each table.'),
    writes: count('Entries written a cycle into each table that is built.'),
    tables: choice(['single', 'double'], 'double: the next tables are built while these are read.'),
    accumulator,
    pipeline: section('Depth of the pipeline, cycles; one beat enters every cycle.', {
      fetch: cycles('Fetching from the tables.'),
      tree: cycles('Adding up the groups.'),
      accumulate: cycles("The accumulator's add."),
    }),
  },
).transform(({ accumulator: accumulatorBits, ...rest }) => ({ ...rest, accumulatorBits }));

const bitSerial = section('Trees of one-bit leaves that take activations bit by bit.', {
  kind: z.literal('bit-serial').meta({ description: 'Kind of array.' }),
  inputs: count('Leaves of one tree: one bit of as many activations a cycle.'),
  outputs: count('Trees side by side.'),
  dataflow: choice(DATAFLOWS, STAYS),
  bits: choice(
    ['all', 'significant'],
    'significant: a block of activations ends after the highest bit that one of them needs; all: after eight.',
  ),
  accumulator,
  pipeline: section('Depth of the pipeline, cycles; one bit enters every cycle.', {
    select: cycles('Selection of +bit, −bit or 0.'),
    tree: cycles('The whole tree of adders.'),
    accumulate: cycles("Shifting and the accumulator's add."),
  }),
}).transform(({ accumulator: accumulatorBits, ...rest }) => ({ ...rest, accumulatorBits }));

const systolic = section('Systolic array of multiply-add cells.', {
  kind: choice(
    ['mac-fp16', 'mac-int8', 'mac-int4'],
    'Kind of array; mac-fp16 accumulates in FP32, mac-int4 multiplies INT4 weights with INT8 activations.',
  ),
  rows: count('Cells down: inputs of a dot product; token rows where the outputs stay.'),
  columns: count('Cells across: outputs; token rows where the inputs stay.'),
  dataflow: choice(SYSTOLIC_DATAFLOWS, STAYS),
  accumulator,
  preload: choice(
    ['serial', 'overlapped'],
    'serial: a fold begins when the one before has drained; overlapped: the next operands shift in behind running products.',
  ),
}).transform(({ accumulator: accumulatorBits, ...rest }) => ({ ...rest, accumulatorBits }));

const array = z
  .discriminatedUnion('kind', [adderTree, zeroSkip, lut, bitSerial, systolic])
  .meta({ description: 'The compute array.' });

const buffer = (holds: string) =>
  section(holds, {
    capacity: bytes('Bytes of all banks together.'),
    banks: count('Banks of equal size, each with its own port.'),
    port: bits("Width of one bank's port."),
    ports: choice(['1rw', '1r1w'], '1rw: a bank reads or writes in a cycle; 1r1w: both.'),
  }).transform(({ capacity, banks, port, ports }) => ({
    capacityBytes: capacity,
    banks,
    portBits: port,
    ports,
  }));

const dram = section('The DRAM and its controller.', {
  device: text('Device file in hw-configs/dram, by name, or a path.', 'LPDDR4-3200'),
  channels: count('Channels.'),
  ranks: count("Ranks on each channel, in place of the device file's number; each adds its capacity."),
  interleave: bytes('Consecutive bytes on one channel; a multiple of the burst.'),
  mapping: text(
    'Fields of an address within one channel, most significant first.',
    'row-rank-bankgroup-bank-column',
  ),
  controller: section('The controller of one channel.', {
    policy: text('Scheduling policy.', 'default'),
    readQueue: count('Requests that wait in the read queue at most.'),
    writeQueue: count('Requests that wait in the write queue at most.'),
    page: choice(['open', 'closed'], 'Whether a row stays open after an access.'),
    rowHitCap: count(
      "Column commands of one activation after which an older request for another row of the bank goes first; the policy's where absent.",
    ).optional(),
    writeHigh: fraction(
      "Share of the write queue from which on writes are drained; the policy's where absent.",
    ).optional(),
    writeLow: fraction(
      "Share of the write queue down to which writes are drained while reads wait, below writeHigh; the policy's where absent.",
    ).optional(),
    refreshStagger: choice(
      ['even', 'none'],
      "Whether the ranks' refreshes are spread over the interval or fall due together; the policy's where absent.",
    ).optional(),
  }),
}).transform(({ interleave, ...rest }) => ({ ...rest, interleaveBytes: interleave }));

const latency = (operation: string) => cycles(`Latency of ${operation}, fully pipelined.`);

const vector = section('The vector unit: norms, quantization, RoPE, softmax, activation, residuals.', {
  lanes: count('Elements taken a cycle.'),
  precision: choice(FLOAT_PRECISIONS, 'Number format of the lanes.'),
  latency: section('Latency of the elementary operations.', {
    add: latency('an addition'),
    multiply: latency('a multiplication'),
    compare: latency('a comparison'),
    convert: latency('a conversion between number formats'),
    exponential: latency('an exponential'),
    'reciprocal-root': latency('a reciprocal square root'),
    divide: latency('a division'),
  }),
});

export const machineSchema = section('A machine that tritsim simulates, or a preset that machines extend.', {
  schema: z.literal(MACHINE_SCHEMA).meta({ description: 'Form and version of this file.' }),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/, 'a name is made of a-z, 0-9, dot and dash')
    .meta({ description: 'Name in results: a-z, 0-9, dot and dash.' }),
  description: text('One sentence: what this machine is.'),
  technology: section('Process and prices.', {
    node: quantity('length', 'Process node.', (written) => positive(parseQuantity(written, 'nm'), written)),
    prices: text('Price table in hw-configs/tech that energy reads by default.', 'jouppi-7nm'),
  }),
  clock: quantity('frequency', 'Clock of array, vector unit and float unit.', parseFrequency),
  array,
  packing: section('How weight matrices are laid out.', {
    dram: choice(PACKINGS, 'Weights as DRAM holds them.'),
    sram: choice(
      BUFFER_PACKINGS,
      'Weights as the weight buffer holds them: rows of a size known beforehand.',
    ),
  }),
  buffers: section('On-chip SRAM.', {
    weights: buffer('Packed weights of the array.'),
    activations: buffer('Activations in and out of the array and the vector unit.'),
    accumulators: buffer('Partial sums.'),
    operands: buffer('Operands of the float unit: KV cache and head rows.'),
  }),
  dram,
  dma: section('The DMA engines.', {
    setup: cyclesOrNone("Cycles between a DMA command's start and its first request."),
  }).transform(({ setup }) => ({ setupCycles: setup })),
  vector,
  floatUnit: section('Runs attention and the LM head.', {
    multiplyAdds: count('Multiply-adds a cycle.'),
    precision: choice(FLOAT_PRECISIONS, 'Number format of its operands.'),
    latency: latency('a dot product'),
  }),
  embedding: section('Embedding and LM head.', {
    precision: choice(FLOAT_PRECISIONS, 'Their number format.'),
  }),
  activations: section(
    'Values between operations: residual stream, results of projections, norms and activations.',
    {
      format: choice(
        FLOAT_PRECISIONS,
        'Their number format in the activation buffer, and in DRAM where they are spilled.',
      ),
    },
  ),
  kvCache: section('The KV cache.', { precision: choice(KV_PRECISIONS, 'Its number format.') }),
  overlap: section('What may run at the same time.', {
    weightPrefetch: choice(
      ['across', 'within', 'none'],
      'across: weights of the next operation load while this one computes; within: only tiles of the same one.',
    ),
  }),
  mapping: section('What the mapper may choose.', {
    activations: choice(
      ['auto', 'chunked', 'spilled'],
      'Token rows that do not fit the activation buffer. chunked: so many as fit pass through the whole model; spilled: stages of the model one after the other over all rows, values between them in DRAM; auto: whichever moves fewer DRAM bytes.',
    ),
  }),
  sources: z.record(z.string(), z.string().min(1)).meta({
    description:
      'Where each value comes from: path of a value, or of a section for all in it, to a sentence.',
  }),
}).transform(({ schema: _schema, ...machine }): Omit<Machine, 'hash'> => ({
  ...machine,
  technology: { nodeNm: machine.technology.node, prices: machine.technology.prices },
}));
