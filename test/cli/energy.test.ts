/** Question: can a reader follow an energy to its counts, prices and sources? */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { register } from '../../src/cli/energy.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { exampleRun } from '../report/fixture.ts';

let folder = '';
let run = '';
let out = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tritsim-energy-'));
  run = join(folder, 'run.json');
  await writeFile(run, JSON.stringify(exampleRun()));
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function energy(...words: string[]): Promise<void> {
  const program = new Command('tritsim');
  register(program);
  await program.parseAsync(['node', 'tritsim', 'energy', ...words]);
}

describe('tritsim energy prices', () => {
  it('names the shipped tables', async () => {
    await energy('prices');
    expect(out).toMatch(/^gate-level-45nm: .*\nhorowitz-45nm: .*\njouppi-7nm: .*\n$/);
  });

  it('prints each row of a table with its grade, its source and its arithmetic', async () => {
    await energy('prices', 'jouppi-7nm');
    expect(out).toMatch(
      /^int-add\.8 +0\.00700\d? +pJ .* published +Jouppi et al\..*Table 2, add INT8: as printed$/m,
    );
    expect(out).toContain((await loadPrices('jouppi-7nm')).hash);
  });
});

describe('tritsim energy explain', () => {
  it('lists count, price, arithmetic and source of every line, the largest first', async () => {
    const lines = exampleRun().energy.filter((line) => line.component === 'array');
    await energy('explain', run, '--component', 'array');
    for (const line of lines) {
      expect(out).toContain(`${line.count} (${line.unit}) × `);
      expect(out).toContain(`, ${line.grade}, from ${line.price}\n  ${line.derivation}\n  ${line.source}`);
    }
    expect(out).toMatch(new RegExp(`^array: .* in ${lines.length} lines\n`));
  });

  it('takes the folder of a run as well as its run.json', async () => {
    await energy('explain', run, '--component', 'array');
    const ofFile = out;
    out = '';
    await energy('explain', folder, '--component', 'array');
    expect(out).toBe(ofFile);
  });

  it('keeps to one phase and to the baseline where asked', async () => {
    await energy('explain', run, '--component', 'dram', '--phase', 'decode', '--baseline', '--json');
    const expected = exampleRun().baseline!.energy.filter(
      (line) => line.component === 'dram' && line.phase === 'decode',
    );
    expect(JSON.parse(out)).toEqual(expected);
  });

  it('refuses a file that is no run, by its name', async () => {
    await expect(energy('explain', 'nowhere.json', '--component', 'dram')).rejects.toThrow(/nowhere\.json/);
  });
});

describe('tritsim energy export', () => {
  it('writes the files of Accelergy and says where they are', async () => {
    await energy('export', run, '-o', join(folder, 'accelergy'));
    const names = out.trim().split('\n');
    expect(names).toHaveLength(4);
    const text = await readFile(names[0]!, 'utf8');
    await energy('export', folder, '-o', join(folder, 'again'));
    expect(await readFile(join(folder, 'again', basename(names[0]!)), 'utf8')).toBe(text);
    expect(text).toMatch(/^ERT:\n {2}version: 0\.4\n {2}tables:/);
  });
});
