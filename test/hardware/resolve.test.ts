import { describe, expect, it } from 'vitest';
import { resolveMachine } from '../../src/hardware/resolve.ts';
import { documentOf, faultsOf, WHOLE, wholeWith } from './machines.ts';

const resolve = async (text: string) => resolveMachine(await documentOf({ whole: text }, 'whole'));
const hashWith = async (from: string, to: string): Promise<string> => (await wholeWith(from, to)).hash;

describe('a machine file', () => {
  it('becomes a machine in one unit per dimension', async () => {
    const machine = resolveMachine(await documentOf({ whole: WHOLE }, 'whole'));
    expect(machine.clock).toEqual({ hz: 1.6e9, periodPs: [625, 1] });
    expect(machine.technology).toEqual({ nodeNm: 7, prices: 'jouppi-7nm' });
    expect(machine.array).toEqual({
      kind: 'adder-tree',
      inputs: 8,
      outputs: 4,
      dataflow: 'output-stationary',
      accumulatorBits: 24,
      pipeline: { select: 1, tree: 2, accumulate: 1 },
    });
    expect(machine.buffers.accumulators).toEqual({
      capacityBytes: 8192,
      banks: 4,
      portBits: 64,
      ports: '1rw',
    });
    expect(machine.dram.interleaveBytes).toBe(64);
    expect(machine.dma.setupCycles).toBe(0);
    expect(Object.keys(machine)).not.toContain('schema');
  });

  it.each([
    [
      'an unknown key',
      'inputs: 8',
      'inputs: 8\n  input: 8',
      'MACHINE_KEY_UNKNOWN',
      /whole\.yaml:9: array\.input: .*Did you mean 'inputs'\?/,
    ],
    [
      'a missing key',
      '  outputs: 4\n',
      '',
      'MACHINE_KEY_MISSING',
      /whole\.yaml:6: array\.outputs: the key is missing/,
    ],
    [
      'a missing section',
      'dma: { setup: 0 cycles }\n',
      '',
      'MACHINE_KEY_MISSING',
      /whole\.yaml: dma: the key is missing/,
    ],
    [
      'an unknown choice',
      'output-stationary',
      'outptu-stationary',
      'MACHINE_VALUE',
      /:10: .*allowed: weight-stationary, output-stationary\. Did you mean 'output-stationary'\?/,
    ],
    [
      'an unknown kind of array',
      'adder-tree',
      'addertree',
      'MACHINE_VALUE',
      /:7: array\.kind: .*found "addertree"\); allowed: adder-tree, .*mac-int8.*\. Did you mean 'adder-tree'/,
    ],
    [
      'zero lanes',
      'lanes: 4',
      'lanes: 0',
      'MACHINE_VALUE',
      /vector\.lanes: the value must be at least 1 \(found 0\)/,
    ],
    [
      'half a lane',
      'lanes: 4',
      'lanes: 4.5',
      'MACHINE_VALUE',
      /vector\.lanes: the value must be a whole number \(found 4\.5\)/,
    ],
    [
      'a number without its unit',
      'accumulator: 24 bit',
      'accumulator: 24',
      'MACHINE_VALUE',
      /:11: array\.accumulator: the value must be text \(found 24\)/,
    ],
    [
      'a text for a section',
      'dma: { setup: 0 cycles }',
      'dma: 0 cycles',
      'MACHINE_VALUE',
      /dma: the value must be a mapping/,
    ],
    [
      'an unknown unit',
      'clock: 1.6 GHz',
      'clock: 1.6 Ghz',
      'UNIT_UNKNOWN',
      /:5: clock: unknown unit .*Did you mean 'GHz'\?/,
    ],
    [
      'a wrong dimension',
      'interleave: 64 B',
      'interleave: 64 bit',
      'UNIT_DIMENSION',
      /dram\.interleave: expected a capacity such as '256 KiB'/,
    ],
    [
      'a quantity of zero',
      'port: 64 bit',
      'port: 0 bit',
      'UNIT_RANGE',
      /buffers\.weights\.port: the value must be above zero/,
    ],
    [
      'a pipeline stage of no cycles',
      'select: 1 cycle',
      'select: 0 cycles',
      'UNIT_RANGE',
      /array\.pipeline\.select: the value must be above zero/,
    ],
    [
      'a fraction of a cycle',
      'tree: 2 cycles',
      'tree: 2.5 cycles',
      'UNIT_NOT_WHOLE',
      /array\.pipeline\.tree: expected a whole number of cycles/,
    ],
    ['a name that is no name', 'name: whole', 'name: A Machine', 'MACHINE_VALUE', /:2: name: /],
    [
      'an empty source',
      '  dma: test',
      '  dma: ""',
      'MACHINE_VALUE',
      /sources\.dma: the value must not be empty/,
    ],
    [
      'ternary weights on multiply-adds',
      'dram: ternary-base3',
      'dram: fp16',
      'MACHINE_PACKING',
      /:13: packing\.dram: .*adder-tree.*found fp16\); allowed: ternary-2b, ternary-base3/,
    ],
    [
      'a packing denser in SRAM than in DRAM',
      'ternary-base3, sram: ternary-2b',
      'ternary-2b, sram: ternary-base3',
      'MACHINE_PACKING',
      /packing\.sram: ternary-2b in DRAM cannot become this/,
    ],
    [
      'an accumulator below one product',
      'accumulator: 24 bit',
      'accumulator: 8 bit',
      'MACHINE_ACCUMULATOR',
      /array\.accumulator: .*needs 9 bit \(found 8 bit\)/,
    ],
    [
      'a port of broken bytes',
      'port: 64 bit',
      'port: 12 bit',
      'MACHINE_BUFFER',
      /buffers\.weights\.port: a port must be whole bytes wide/,
    ],
    [
      'banks that do not divide the capacity',
      'banks: 4',
      'banks: 3',
      'MACHINE_BUFFER',
      /buffers\.weights\.capacity: .*24 B here/,
    ],
    [
      'a value without a source',
      '  dma: test\n',
      '',
      'MACHINE_SOURCE_MISSING',
      /:\d+: dma\.setup: the value does not say where it comes from\. Add 'dma\.setup'/,
    ],
    [
      'a source of nothing',
      '  dma: test',
      '  dma: test\n  arry: test',
      'MACHINE_SOURCE_UNKNOWN',
      /sources\.arry: .*Did you mean 'array'\?/,
    ],
  ])('is refused for %s, with place and remedy', async (_what, from, to, code, message) => {
    const faults = await faultsOf(from, to);
    expect(faults.map((fault) => fault.code)).toEqual([code]);
    expect(faults[0]!.message).toMatch(message);
  });

  it('is told of a misspelt key before being told that the right one is missing', async () => {
    const faults = await faultsOf('setup: 0', 'set-up: 0');
    expect(faults.map((fault) => fault.message)).toEqual([
      "whole.yaml:26: dma.set-up: unknown key; allowed: setup. Did you mean 'setup'?",
      'whole.yaml:26: dma.setup: the key is missing',
    ]);
  });

  it('is refused for each of its faults; resolving throws the first and counts the others', async () => {
    const faults = await faultsOf('inputs: 8\n  outputs: 4', 'inputs: 0\n  outputs: -1');
    expect(faults.map((fault) => fault.details.place)).toEqual([
      'whole.yaml:8: array.inputs',
      'whole.yaml:9: array.outputs',
    ]);
    await expect(wholeWith('inputs: 8\n  outputs: 4', 'inputs: 0\n  outputs: -1')).rejects.toThrow(
      "whole.yaml:8: array.inputs: the value must be at least 1 (found 0). 1 more in this machine; 'tritsim hw check' lists all",
    );
  });
});

describe('the packings that fit an array', () => {
  const MAC = `kind: mac-int8
  rows: 8
  columns: 4
  dataflow: weight-stationary
  accumulator: 32 bit
  preload: serial`;
  const [head, tail] = [WHOLE.indexOf('kind: adder-tree'), WHOLE.indexOf('\npacking:')];
  const systolic = (kind: string, dram: string, sram: string, accumulator = '32 bit'): string =>
    (WHOLE.slice(0, head) + MAC + WHOLE.slice(tail))
      .replace('mac-int8', kind)
      .replace('accumulator: 32 bit', `accumulator: ${accumulator}`)
      .replace('ternary-base3, sram: ternary-2b', `${dram}, sram: ${sram}`);
  it.each([
    ['mac-int8', 'int8', 'int8'],
    ['mac-fp16', 'fp16', 'fp16'],
    ['mac-fp16', 'bf16', 'bf16'],
  ])('%s reads %s', async (kind, dram, sram) => {
    expect((await resolve(systolic(kind, dram, sram))).packing).toEqual({ dram, sram });
  });

  it.each([
    ['mac-int8', 'ternary-2b', 'ternary-2b'],
    ['mac-int8', 'fp16', 'fp16'],
    ['mac-fp16', 'int8', 'int8'],
    ['mac-fp16', 'fp16', 'bf16'],
  ])('%s does not read %s and %s', async (kind, dram, sram) => {
    await expect(resolve(systolic(kind, dram, sram))).rejects.toThrow(
      expect.objectContaining({ code: 'MACHINE_PACKING' }),
    );
  });

  it('mac-fp16 accumulates in FP32 only, mac-int8 in no less than one product', async () => {
    const narrow = expect.objectContaining({ code: 'MACHINE_ACCUMULATOR' });
    await expect(resolve(systolic('mac-fp16', 'fp16', 'fp16', '16 bit'))).rejects.toThrow(narrow);
    await expect(resolve(systolic('mac-int8', 'int8', 'int8', '15 bit'))).rejects.toThrow(narrow);
    expect((await resolve(systolic('mac-int8', 'int8', 'int8', '16 bit'))).array.accumulatorBits).toBe(16);
  });
});

describe('the hash of a machine', () => {
  it('does not depend on spelling, order, name, description or sources', async () => {
    const hash = await hashWith('', '');
    expect(await hashWith('interleave: 64 B', 'interleave: 0.0625 KiB')).toBe(hash);
    expect(await hashWith('clock: 1.6 GHz', 'clock: 1600 MHz')).toBe(hash);
    expect(await hashWith('  inputs: 8\n  outputs: 4', '  outputs: 4\n  inputs: 8')).toBe(hash);
    expect(await hashWith('name: whole', 'name: other')).toBe(hash);
    expect(await hashWith('  dma: test', '  dma: another sentence')).toBe(hash);
  });

  it('is another for another value', async () => {
    expect(await hashWith('node: 7 nm', 'node: 45 nm')).not.toBe(await hashWith('', ''));
  });
});
