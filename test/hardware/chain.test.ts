import { describe, expect, it } from 'vitest';
import { resolveMachine, tryResolve } from '../../src/hardware/resolve.ts';
import { documentOf, WHOLE } from './machines.ts';

const CHILD = `schema: tritsim.machine/1
extends: whole
name: child
description: Another machine.
`;

describe('a file that extends another', () => {
  it('says only what it changes and keeps the rest', async () => {
    const child = `${CHILD}buffers: { weights: { capacity: 16 KiB } }\nsources: { buffers.weights.capacity: why }\n`;
    const machine = resolveMachine(await documentOf({ whole: WHOLE, child }, 'child'));
    const whole = resolveMachine(await documentOf({ whole: WHOLE }, 'whole'));
    expect(machine.buffers).toEqual({
      ...whole.buffers,
      weights: { ...whole.buffers.weights, capacityBytes: 16384 },
    });
    expect(machine.name).toBe('child');
    expect(machine.sources['buffers.weights.capacity']).toBe('why');
    expect(machine.sources['buffers']).toBe('test');
  });

  it('equals the file it extends where it changes nothing', async () => {
    const child = resolveMachine(await documentOf({ whole: WHOLE, child: CHILD }, 'child'));
    const whole = resolveMachine(await documentOf({ whole: WHOLE }, 'whole'));
    expect(child.hash).toBe(whole.hash);
  });

  it('inherits neither name nor description', async () => {
    const child = 'schema: tritsim.machine/1\nextends: whole\n';
    const { errors = [] } = tryResolve(await documentOf({ whole: WHOLE, child }, 'child'));
    expect(errors.map((error) => error.message)).toEqual([
      'child.yaml: name: the key is missing',
      'child.yaml: description: the key is missing',
    ]);
  });

  it('replaces an array by one of another kind as a whole, with its sources', async () => {
    const child = `${CHILD}array: { kind: mac-int8, rows: 4, columns: 2, dataflow: weight-stationary,
  accumulator: 32 bit, preload: serial }
packing: { dram: int8, sram: int8 }
sources: { array: new, packing: new }
`;
    const whole = WHOLE.replace('  array: test', '  array.kind: old\n  array: test');
    const machine = resolveMachine(await documentOf({ whole, child }, 'child'));
    expect(machine.array).toEqual({
      kind: 'mac-int8',
      rows: 4,
      columns: 2,
      dataflow: 'weight-stationary',
      accumulatorBits: 32,
      preload: 'serial',
    });
    expect(machine.sources).not.toHaveProperty('array.kind');
    expect(machine.sources['array']).toBe('new');
  });

  it('must say anew where a changed value comes from', async () => {
    const child = `${CHILD}dma: { setup: 3 cycles }\n`;
    const { errors = [] } = tryResolve(await documentOf({ whole: WHOLE, child }, 'child'));
    expect(errors.map((error) => error.message)).toEqual([
      'child.yaml:5: dma.setup: the value does not say where it comes from. ' +
        "The inherited source was written for another value; add 'dma.setup' to this file's sources",
    ]);
  });

  it('has its faults placed in the file that made them', async () => {
    const whole = WHOLE.replace('lanes: 4', 'lanes: 0');
    const { errors = [] } = tryResolve(await documentOf({ whole, child: `${CHILD}clock: 1 GB\n` }, 'child'));
    expect(errors.map((error) => error.details.place)).toEqual([
      'child.yaml:5: clock',
      'whole.yaml:28: vector.lanes',
    ]);
  });

  it('may be extended again, the youngest file counting most', async () => {
    const grandchild = `schema: tritsim.machine/1\nextends: child\nname: g\ndescription: g\nclock: 3 GHz\nsources: { clock: g }\n`;
    const child = `${CHILD}clock: 2 GHz\ndma: { setup: 1 cycle }\nsources: { clock: c, dma: c }\n`;
    const machine = resolveMachine(await documentOf({ whole: WHOLE, child, grandchild }, 'grandchild'));
    expect(machine.clock.periodPs).toEqual([1000, 3]);
    expect(machine.dma.setupCycles).toBe(1);
    expect(machine.sources['clock']).toBe('g');
  });

  it('is refused in a circle, with the circle named', async () => {
    const files = { whole: WHOLE.replace('name: whole', 'extends: child\nname: whole'), child: CHILD };
    await expect(documentOf(files, 'child')).rejects.toThrow(
      expect.objectContaining({
        code: 'MACHINE_EXTENDS_CYCLE',
        message: expect.stringContaining('child.yaml → whole.yaml → child.yaml'),
      }),
    );
  });

  it('is refused where extends is no name', async () => {
    await expect(documentOf({ child: CHILD.replace('whole', '[a, b]') }, 'child')).rejects.toThrow(
      expect.objectContaining({
        code: 'MACHINE_EXTENDS',
        details: expect.objectContaining({ place: 'child.yaml:2' }),
      }),
    );
  });
});

describe('the text of a file', () => {
  it.each([
    [
      'a key that stands twice',
      WHOLE.replace('  outputs: 4', '  inputs: 4'),
      'MACHINE_KEY_DUPLICATE',
      "whole.yaml:9: the key stands twice in this mapping (found 'inputs')",
    ],
    ['broken syntax', WHOLE.replace('{ setup', '[ setup'), 'MACHINE_YAML', 'whole.yaml:'],
    ['an unknown tag', WHOLE.replace('lanes: 4', 'lanes: !count 4'), 'MACHINE_YAML', 'whole.yaml:28'],
    ['a list instead of keys', '- a\n- b\n', 'MACHINE_YAML', 'must hold a mapping'],
    [
      'an alias',
      WHOLE.replace('clock: 1.6 GHz', 'clock: *other'),
      'MACHINE_YAML',
      'whole.yaml:5: an alias is not read here',
    ],
    ['a key that is no name', `${WHOLE}? [a, b]\n: 1\n`, 'MACHINE_YAML', 'whole.yaml:54: the key'],
    [
      'a key that objects hide',
      `${WHOLE}__proto__: 1\n`,
      'MACHINE_YAML',
      "whole.yaml:54: the key '__proto__'",
    ],
    ['two documents', `${WHOLE}---\na: 1\n`, 'MACHINE_YAML', 'whole.yaml:'],
    ['no schema', WHOLE.replace('schema: tritsim.machine/1\n', ''), 'MACHINE_SCHEMA', 'whole.yaml:1: '],
    [
      'another version',
      WHOLE.replace('machine/1', 'machine/2'),
      'MACHINE_SCHEMA',
      'allowed: tritsim.machine/1',
    ],
  ])('is refused for %s', async (_what, text, code, message) => {
    await expect(documentOf({ whole: text }, 'whole')).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});
