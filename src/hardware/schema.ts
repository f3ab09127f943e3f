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

export const ADDER_TREE_PACKINGS = ['ternary-2b', 'ternary-base3'] as const;
export const PACKINGS = [...ADDER_TREE_PACKINGS, 'int8', 'fp16', 'bf16'] as const;
const DATAFLOWS = ['weight-stationary', 'output-stationary'] as const;
const FLOAT_PRECISIONS = ['fp16', 'bf16', 'fp32'] as const;

/** A quantity in text, read by `read`; its error keeps the code that units/ gave it. */
function quantity<T>(dimension: Dimension, description: string, read: (text: string) => T) {
  const text = z.string().meta({ description, examples: [exampleOf(dimension)] });
  return text.transform((written, context): T => {
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
const choice = <const T extends readonly string[]>(values: T, description: string) =>
  z.enum(values).meta({ description });

function positive(value: number, text: string): number {
  if (value > 0) return value;
  throw new TritsimError('UNIT_RANGE', 'the value must be above zero', { found: `'${text}'` });
}

const accumulator = bits('Width of an accumulator, sign included.');
const dataflow = choice(DATAFLOWS, 'What stays in the array while the rest streams past.');

const adderTree = z
  .strictObject({
    kind: z
      .literal('adder-tree')
      .meta({ description: 'Trees that select +x, −x or 0 for each trit and add.' }),
    inputs: count('Leaves of one tree: trits of one output taken a cycle.'),
    outputs: count('Trees side by side: outputs served a cycle.'),
    dataflow,
    accumulator,
    pipeline: z
      .strictObject({
        select: cycles('Depth of the selection of +x, −x or 0.'),
        tree: cycles('Depth of the whole tree of adders.'),
        accumulate: cycles("Depth of the accumulator's add."),
      })
      .meta({ description: 'Pipeline stages, cycles; one beat enters every cycle.' }),
  })
  .transform(({ accumulator: accumulatorBits, ...rest }) => ({ ...rest, accumulatorBits }));

const systolic = z
  .strictObject({
    kind: choice(
      ['mac-fp16', 'mac-int8'],
      'Systolic array of multiply-add cells; mac-fp16 accumulates in FP32.',
    ),
    rows: count('Cells down: inputs of one dot product held or streamed.'),
    columns: count('Cells across: outputs.'),
    dataflow,
    accumulator,
    preload: choice(
      ['serial', 'overlapped'],
      'serial: a fold begins when the one before has drained; overlapped: weights shift in behind running products.',
    ),
  })
  .transform(({ accumulator: accumulatorBits, ...rest }) => ({ ...rest, accumulatorBits }));

const array = z.discriminatedUnion('kind', [adderTree, systolic]).meta({ description: 'The compute array.' });

const buffer = (holds: string) =>
  z
    .strictObject({
      capacity: bytes('Bytes of all banks together.'),
      banks: count('Banks of equal size, each with its own port.'),
      port: bits("Width of one bank's port."),
      ports: choice(['1rw', '1r1w'], '1rw: a bank reads or writes in a cycle; 1r1w: both.'),
    })
    .meta({ description: holds })
    .transform(({ capacity, banks, port, ports }) => ({
      capacityBytes: capacity,
      banks,
      portBits: port,
      ports,
    }));

const precision = (description: string) =>
  z.strictObject({ precision: choice(FLOAT_PRECISIONS, description) }).meta({ description });

const latency = (operation: string) => cycles(`Latency of ${operation}, fully pipelined.`);

export const machineSchema = z
  .strictObject({
    schema: z.literal(MACHINE_SCHEMA).meta({ description: 'Form and version of this file.' }),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]*$/)
      .meta({ description: 'Name in results: a-z, 0-9, dot and dash.' }),
    description: z.string().min(1).meta({ description: 'One sentence: what this machine is.' }),
    technology: z.strictObject({
      node: quantity('length', 'Process node.', (text) => positive(parseQuantity(text, 'nm'), text)),
      prices: z
        .string()
        .min(1)
        .meta({ description: 'Price table in hw-configs/tech that energy reads by default.' }),
    }),
    clock: quantity('frequency', 'Clock of array, vector unit and float unit.', parseFrequency),
    array,
    packing: z
      .strictObject({
        dram: choice(PACKINGS, 'Weights as DRAM holds them.'),
        sram: choice(PACKINGS, 'Weights as the weight buffer holds them.'),
      })
      .meta({ description: 'How weight matrices are laid out.' }),
    buffers: z
      .strictObject({
        weights: buffer('Packed weights of the array.'),
        activations: buffer('Activations in and out of the array and the vector unit.'),
        accumulators: buffer('Partial sums.'),
        operands: buffer('Operands of the float unit: KV cache and head rows.'),
      })
      .meta({ description: 'On-chip SRAM.' }),
    dram: z
      .strictObject({
        device: z
          .string()
          .min(1)
          .meta({ description: 'Device file in hw-configs/dram, by name, or a path.' }),
        channels: count('Channels.'),
        interleave: bytes('Consecutive bytes on one channel; a multiple of the burst.'),
        mapping: z
          .string()
          .min(1)
          .meta({
            description: 'Fields of an address within one channel, most significant first.',
            examples: ['row-rank-bankgroup-bank-column'],
          }),
        controller: z.strictObject({
          policy: z
            .string()
            .min(1)
            .meta({ description: 'Scheduling policy.', examples: ['default'] }),
          readQueue: count('Requests that wait in the read queue at most.'),
          writeQueue: count('Requests that wait in the write queue at most.'),
          page: choice(['open', 'closed'], 'Whether a row stays open after an access.'),
        }),
      })
      .transform(({ interleave, ...rest }) => ({ ...rest, interleaveBytes: interleave })),
    dma: z
      .strictObject({ setup: cyclesOrNone("Cycles between a DMA command's start and its first request.") })
      .transform(({ setup }) => ({ setupCycles: setup })),
    vector: z.strictObject({
      lanes: count('Elements taken a cycle.'),
      precision: choice(FLOAT_PRECISIONS, 'Number format of the lanes.'),
      latency: z.strictObject({
        add: latency('an addition'),
        multiply: latency('a multiplication'),
        compare: latency('a comparison'),
        convert: latency('a conversion between number formats'),
        exponential: latency('an exponential'),
        'reciprocal-root': latency('a reciprocal square root'),
        divide: latency('a division'),
      }),
    }),
    floatUnit: z
      .strictObject({
        multiplyAdds: count('Multiply-adds a cycle.'),
        precision: choice(FLOAT_PRECISIONS, 'Number format of its operands.'),
        latency: latency('a dot product'),
      })
      .meta({ description: 'Runs attention and the LM head.' }),
    embedding: precision('Number format of embedding and LM head.'),
    kvCache: precision('Number format of the KV cache.'),
    overlap: z.strictObject({
      weightPrefetch: choice(
        ['across', 'within', 'none'],
        'across: weights of the next operation load while this one computes; within: only tiles of the same one.',
      ),
    }),
    sources: z.record(z.string(), z.string().min(1)).meta({
      description:
        'Where each value comes from: path of a value, or of a section for all in it, to a sentence.',
    }),
  })
  .meta({
    title: 'tritsim machine',
    description: 'A machine that tritsim simulates, or a preset that machines extend.',
  })
  .transform(({ schema: _schema, ...machine }): Omit<Machine, 'hash'> => ({
    ...machine,
    technology: { nodeNm: machine.technology.node, prices: machine.technology.prices },
  }));
