import { describe, expect, it } from 'vitest';
import { loadMachineDocument } from '../../src/hardware/load.node.ts';
import { withOverrides } from '../../src/hardware/merge.ts';
import { resolveMachine } from '../../src/hardware/resolve.ts';

describe('withOverrides', () => {
  it('changes values by path, leaves the document it was given, and says so in the sources', async () => {
    const document = await loadMachineDocument('edge-ternary');
    const before = resolveMachine(document);
    const other = resolveMachine(
      withOverrides(document, { 'array.inputs': 128, 'buffers.weights.capacity': '512 KiB' }, 'design space'),
    );
    expect(other.array).toEqual({ ...before.array, inputs: 128 });
    expect(other.buffers.weights.capacityBytes).toBe(524288);
    expect(other.sources['array.inputs']).toBe('design space');
    expect(other.sources['buffers']).toBe(before.sources['buffers']);
    expect(other.hash).not.toBe(before.hash);
    expect(resolveMachine(document)).toEqual(before);
  });

  it('may name the machine and replace its array by one of another kind', async () => {
    const document = await loadMachineDocument('edge-ternary');
    const { array, packing } = (await loadMachineDocument('edge-fp16')).data;
    const machine = resolveMachine(withOverrides(document, { name: 'twin', array, packing }));
    expect(machine.name).toBe('twin');
    expect(machine.hash).toBe(resolveMachine(await loadMachineDocument('edge-fp16')).hash);
  });

  it.each([
    ['array.input', "Did you mean 'array.inputs'?"],
    ['array.rows', 'allowed: array.kind, array.inputs, array.outputs'],
    ['array.inputs.width', ''],
    ['sources', ''],
    ['sources.array.inputs', ''],
    ['', ''],
  ])("refuses the path '%s', which the machine does not have", async (path, hint) => {
    const document = await loadMachineDocument('edge-ternary');
    expect(() => withOverrides(document, { [path]: 1 })).toThrow(
      expect.objectContaining({ code: 'MACHINE_OVERRIDE_UNKNOWN', message: expect.stringContaining(hint) }),
    );
  });

  it('leaves values to the same checks as a file', async () => {
    const document = withOverrides(
      await loadMachineDocument('edge-ternary'),
      { 'array.inputs': 0 },
      'space.yaml',
    );
    expect(() => resolveMachine(document)).toThrow(
      'space.yaml: array.inputs: the value must be at least 1 (found 0)',
    );
  });
});
