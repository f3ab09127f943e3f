import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { register } from '../../src/cli/hw.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';

let folder = '';
let out = '';
let err = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tritsim-hw-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

async function hw(...words: string[]): Promise<void> {
  const program = new Command('tritsim');
  register(program);
  await program.parseAsync(['node', 'tritsim', 'hw', ...words]);
}

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'mine.yaml');
  await writeFile(path, text);
  return path;
}

describe('tritsim hw', () => {
  it('list names every machine with its array, packing and DRAM', async () => {
    await hw('list');
    expect(out).toMatch(
      /^edge-ternary +adder-tree 64 × 32 +1\.00 GHz +ternary-base3 +1\.63 MiB +4 × LPDDR4-3200$/m,
    );
    expect(out.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('list --json prints the resolved machines', async () => {
    await hw('list', '--json');
    expect(JSON.parse(out)).toContainEqual(await loadMachine('test-tiny'));
  });

  it('show prints a file that checks as the same machine', async () => {
    await hw('show', 'edge-ternary-2b');
    const { hash } = await loadMachine('edge-ternary-2b');
    expect(out.split('\n')[0]).toBe(`# hash: ${hash}`);
    const path = await fileOf(out);
    out = '';
    await hw('check', path);
    expect(out).toBe(`edge-ternary-2b: ok, hash ${hash}\n`);
    expect(process.exitCode).toBeUndefined();
  });

  it('show --json prints the resolved machine alone', async () => {
    await hw('show', 'edge-ternary', '--json');
    expect(JSON.parse(out)).toEqual(await loadMachine('edge-ternary'));
  });

  it('check lists every fault with its code and line, and fails', async () => {
    const head = 'schema: tritsim.machine/1\nextends: edge-ternary\nname: mine\ndescription: Mine.\n';
    const path = await fileOf(`${head}clock: 1 GB\narray: { inputz: 3 }\n`);
    await hw('check', path);
    expect(process.exitCode).toBe(1);
    expect(out).toBe('');
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^error \[MACHINE_KEY_UNKNOWN\] .*mine\.yaml:6: array\.inputz: .*Did you mean 'inputs'\?$/,
      ),
      expect.stringMatching(/^error \[UNIT_DIMENSION\] .*mine\.yaml:5: clock: expected a frequency/),
    ]);
  });

  it('check --json tells a script the same, of a file that cannot be merged too', async () => {
    const path = await fileOf('a: 1\na: 2\n');
    await hw('check', path, '--json');
    expect(JSON.parse(out)).toMatchObject({
      machine: null,
      hash: null,
      errors: [{ code: 'MACHINE_KEY_DUPLICATE', place: `${path}:2` }],
    });
    expect(process.exitCode).toBe(1);
  });
});

describe('tritsim hw area', () => {
  it('prints every component with its band, grade and source, and the total', async () => {
    await hw('area', 'edge-ternary');
    expect(out).toMatch(/^edge-ternary in jouppi-7nm, 7 nm$/m);
    expect(out).toMatch(/^buffer\.activations +0\.2894 +0\.1881 +0\.5788 +\S+ % +scaled +CACTI/m);
    expect(out).toMatch(/^total .*assumed/m);
  });
});
