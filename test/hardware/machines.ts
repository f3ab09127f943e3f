/** Machine files for tests, in memory: a whole one to change a value in, and a loader that needs no disk. */
import { readChain } from '../../src/hardware/chain.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { mergeFiles, type MachineDocument } from '../../src/hardware/merge.ts';
import { resolveMachine, tryResolve } from '../../src/hardware/resolve.ts';
import type { TritsimError } from '../../src/errors/error.ts';

export const WHOLE = `schema: tritsim.machine/1
name: whole
description: A machine for tests.
technology: { node: 7 nm, prices: jouppi-7nm }
clock: 1.6 GHz
array:
  kind: adder-tree
  inputs: 8
  outputs: 4
  dataflow: output-stationary
  accumulator: 24 bit
  pipeline: { select: 1 cycle, tree: 2 cycles, accumulate: 1 cycle }
packing: { dram: ternary-base3, sram: ternary-2b }
buffers:
  weights: { capacity: 8 KiB, banks: 4, port: 64 bit, ports: 1r1w }
  activations: { capacity: 8 KiB, banks: 4, port: 64 bit, ports: 1r1w }
  accumulators: { capacity: 8 KiB, banks: 4, port: 64 bit, ports: 1rw }
  operands: { capacity: 8 KiB, banks: 4, port: 64 bit, ports: 1r1w }
dram:
  device: LPDDR4-3200
  channels: 1
  ranks: 1
  interleave: 64 B
  mapping: row-rank-bankgroup-bank-column
  controller: { policy: default, readQueue: 8, writeQueue: 8, page: open }
dma: { setup: 0 cycles }
vector:
  lanes: 4
  precision: fp32
  latency:
    { add: 1 cycle, multiply: 2 cycles, compare: 1 cycle, convert: 1 cycle, exponential: 5 cycles,
      reciprocal-root: 6 cycles, divide: 7 cycles }
floatUnit: { multiplyAdds: 16, precision: bf16, latency: 5 cycles }
embedding: { precision: bf16 }
activations: { format: fp32 }
kvCache: { precision: fp16 }
overlap: { weightPrefetch: none }
mapping: { activations: auto }
sources:
  technology: test
  clock: test
  array: test
  packing: test
  buffers: test
  dram: test
  dma: test
  vector: test
  floatUnit: test
  embedding: test
  activations: test
  kvCache: test
  overlap: test
  mapping: test
`;

/** The document of `start` among files in memory, by name. */
export async function documentOf(
  files: Readonly<Record<string, string>>,
  start: string,
): Promise<MachineDocument> {
  const chain = await readChain(start, (name) => {
    const text = files[name];
    if (text === undefined) throw new Error(`no file ${name}`);
    return Promise.resolve({ id: name, label: `${name}.yaml`, text });
  });
  return mergeFiles(chain);
}

/** The machine of WHOLE with one piece of its text replaced. */
export async function wholeWith(from: string, to: string): Promise<Machine> {
  return resolveMachine(await documentOf({ whole: replaced(from, to) }, 'whole'));
}

/** What is wrong with WHOLE once one piece of its text is replaced. */
export async function faultsOf(from: string, to: string): Promise<readonly TritsimError[]> {
  return tryResolve(await documentOf({ whole: replaced(from, to) }, 'whole')).errors ?? [];
}

function replaced(from: string, to: string): string {
  if (!WHOLE.includes(from)) throw new Error(`the test's text '${from}' is not in the machine`);
  return WHOLE.replace(from, to);
}
