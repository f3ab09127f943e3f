/** Does every machine file in the repository load, and does every key in it count? */
import { readdir, readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { mergeFiles, withOverrides, type MachineDocument } from '../../src/hardware/merge.ts';
import { parseYaml } from '../../src/hardware/document.ts';
import { machineJsonSchema } from '../../src/hardware/json-schema.ts';
import { listMachines, loadMachine, loadMachineDocument } from '../../src/hardware/load.node.ts';
import type { BufferConfig } from '../../src/hardware/machine.ts';
import { machineYaml } from '../../src/hardware/print.ts';
import { arrayLanes } from '../../src/mapping/array-shape.ts';
import { resolveMachine, tryResolve } from '../../src/hardware/resolve.ts';

const FOLDER = new URL('../../hw-configs/machines/', import.meta.url);
const names = await listMachines();
const texts = await Promise.all(
  (await readdir(FOLDER, { recursive: true }))
    .filter((path) => path.endsWith('.yaml'))
    .map(async (path) => ({ path, text: await readFile(new URL(path, FOLDER), 'utf8') })),
);

/** Bits a cycle through the ports of a buffer. */
const widthOf = ({ banks, portBits }: BufferConfig): number => banks * portBits;

/** Paths of the values of a document that belong to the machine itself. */
function leavesOf(document: MachineDocument): [path: string, value: string | number][] {
  return [...document.origins.keys()].flatMap((path): [string, string | number][] => {
    if (/^(sources|schema|name|description)\b/.test(path)) return [];
    const value = path
      .split('.')
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], document.data);
    return typeof value === 'object' ? [] : [[path, value as string | number]];
  });
}

/** Another value of the same kind: twice the number, or for a choice the first other word that is allowed there. */
function changed(document: MachineDocument, path: string, value: string | number): string | number {
  if (typeof value === 'number') return value * 2;
  if (/^[\d.]+ /.test(value)) return value.replace(/^[\d.]+/, (digits) => String(Number(digits) * 2));
  const { errors = [] } = tryResolve(withOverrides(document, { [path]: 'no-such-choice' }));
  return errors[0]?.details.allowed?.find((choice) => choice !== value) ?? 'another-name';
}

describe('the shipped machines', () => {
  it('are those that the contract and the tests name', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'edge-ternary',
        'edge-fp16',
        'edge-int8',
        'edge-int4',
        'edge-zero-skip',
        'edge-lut',
        'edge-bit-serial',
        'test-tiny',
        'test-tiny-fp16',
        'test-tiny-int8',
        'test-tiny-int4',
        'test-tiny-zero-skip',
        'test-tiny-lut',
        'test-tiny-bit-serial',
      ]),
    );
  });

  it.each(names)('%s loads under its own name', async (name) => {
    expect((await loadMachine(name)).name).toBe(name);
  });

  it.each(names)(
    'every value of %s changes the machine: another value is another hash or a refusal',
    async (name) => {
      const document = await loadMachineDocument(name);
      const { hash } = resolveMachine(document);
      const leaves = leavesOf(document);
      expect(leaves.length).toBeGreaterThan(40);
      for (const [path, value] of leaves) {
        const { machine } = tryResolve(withOverrides(document, { [path]: changed(document, path, value) }));
        expect(machine?.hash, path).not.toBe(hash);
      }
    },
  );

  it.each(names)('%s printed with its presets merged loads by itself as the same machine', async (name) => {
    const document = await loadMachineDocument(name);
    const machine = resolveMachine(document);
    const printed = machineYaml(document, machine);
    expect(printed).toContain(machine.hash);
    expect(resolveMachine(mergeFiles([parseYaml(printed, 'printed.yaml', 'MACHINE')]))).toEqual(machine);
  });

  it('hold clock, DRAM, buffers, vector and float unit equal across the edge machines, and operations a cycle', async () => {
    const [ternary, ...others] = await Promise.all(
      ['edge-ternary', 'edge-fp16', 'edge-int8', 'edge-int4', 'edge-lut', 'edge-bit-serial'].map(loadMachine),
    );
    for (const other of others) {
      for (const part of [
        'clock',
        'dram',
        'buffers',
        'vector',
        'floatUnit',
        'embedding',
        'kvCache',
        'dma',
        'overlap',
      ] as const) {
        expect(other[part], part).toEqual(ternary![part]);
      }
      expect(arrayLanes(other.array)).toBe(2048);
    }
    expect(ternary!.array).toMatchObject({ inputs: 64, outputs: 32 });
    // Skips zeros, so it may consume weights faster: twice the ports, nothing else.
    const skipping = await loadMachine('edge-zero-skip');
    expect(arrayLanes(skipping.array)).toBe(2048);
    expect(skipping.buffers).toEqual({
      ...ternary!.buffers,
      weights: { ...ternary!.buffers.weights, banks: 2 * ternary!.buffers.weights.banks },
    });
  });

  it('feed their arrays: the ports of a buffer carry what a beat takes', async () => {
    for (const name of names) {
      const { array, buffers } = await loadMachine(name);
      if (array.kind !== 'adder-tree') continue;
      expect(widthOf(buffers.weights), name).toBeGreaterThanOrEqual(array.inputs * array.outputs * 2);
      expect(widthOf(buffers.activations), name).toBeGreaterThanOrEqual(array.inputs * 8);
      expect(widthOf(buffers.accumulators), name).toBeGreaterThanOrEqual(
        array.outputs * array.accumulatorBits,
      );
    }
  });

  it('keep their buffers where the 7 nm SRAM energies are given, 8 KiB to 1 MiB', async () => {
    for (const name of names) {
      for (const buffer of Object.values((await loadMachine(name)).buffers)) {
        expect(buffer.capacityBytes).toBeGreaterThanOrEqual(8 * 1024);
        expect(buffer.capacityBytes).toBeLessThanOrEqual(1024 * 1024);
      }
    }
  });
});

describe('the files in hw-configs/machines', () => {
  it.each(texts)('$path points editors at the schema', ({ path, text }) => {
    const up = '../'.repeat(path.split('/').length);
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schema/machine.schema.json`);
  });

  it('include no preset that nothing extends', () => {
    const extended = new Set(
      texts.flatMap(({ text }) => /^extends: (?<name>\S+)$/m.exec(text)?.groups?.['name'] ?? []),
    );
    const presets = texts
      .map(({ path }) => path.replace('.yaml', ''))
      .filter((path) => path.startsWith('presets/'));
    expect(presets.filter((preset) => !extended.has(preset))).toEqual([]);
  });
});

describe('the JSON Schema', () => {
  it('in hw-configs/schema is what the code gives; scripts/write-schemas.ts writes it', async () => {
    const committed = await readFile(new URL('../schema/machine.schema.json', FOLDER), 'utf8');
    const written = await format(JSON.stringify(machineJsonSchema()), { parser: 'json', printWidth: 110 });
    expect(committed).toBe(written);
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, property] of Object.entries((node as { properties?: object }).properties ?? {})) {
        if (typeof (property as { description?: unknown }).description !== 'string')
          undescribed.push(`${path}.${key}`);
        visit(property, `${path}.${key}`);
      }
      for (const option of (node as { oneOf?: unknown[] }).oneOf ?? []) visit(option, path);
    };
    visit(machineJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
