/** Does `tritsim dram` run traces, plain and gzipped, by every policy, and print what scripts read? */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/dram.ts';
import { patternRequests } from '../sim/dram/patterns.ts';

let folder = '';
let out = '';

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tritsim-dram-'))));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});
afterEach(() => void vi.restoreAllMocks());

async function dram(...words: readonly string[]): Promise<string> {
  const program = new Command('tritsim').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  await program.parseAsync(['node', 'tritsim', 'dram', ...words]);
  return out;
}

/** A pattern as a file of `0xADDR READ|WRITE CYCLE`. */
async function traceFile(pattern: string, unit: number, gzip: boolean): Promise<string> {
  const { length, address, write, cycle } = patternRequests(pattern, unit);
  const lines = Array.from({ length }, (_, i) => {
    return `0x${address[i]!.toString(16)} ${write[i] === 1 ? 'WRITE' : 'READ'} ${cycle[i]!}\n`;
  });
  const path = join(folder, `${pattern}.${unit}.trace${gzip ? '.gz' : ''}`);
  await writeFile(path, gzip ? gzipSync(lines.join('')) : lines.join(''));
  return path;
}

/** The golden row of a device and a pattern, by column. */
function golden(file: string, device: string, pattern: string): Record<string, number> {
  const [head, ...rows] = readFileSync(`test/fixtures/dram/${file}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const row = rows.find(([d, p]) => d === device && p === pattern)!;
  return Object.fromEntries(head!.map((name, i) => [name, Number(row[i])]));
}

const INI = 'test/fixtures/dram/DDR4_8Gb_x8_3200.ini';

describe('tritsim dram --json', () => {
  test('prints the documented keys and nothing else', async () => {
    const trace = await traceFile('sparse_read', 64, false);
    const result = JSON.parse(await dram('--device', 'DDR4-3200', '--trace', trace, '--json')) as object;
    expect(Object.keys(result)).toEqual([
      'cycles',
      'time_ns',
      'bandwidth_GBps',
      'commands',
      'row_hits',
      'mean_read_latency_cycles',
      'writes_never_issued',
      'merged',
      'forwarded',
      'energy_pJ',
    ]);
    expect(result).toMatchObject({ commands: { RD: 512, WR: 0 }, energy_pJ: { act: expect.any(Number) } });
    expect(Object.keys((result as { commands: object }).commands)).toEqual(['ACT', 'PRE', 'RD', 'WR', 'REF']);
  });

  test.each([
    ['DDR4-3200', 'dramsim3', 'dramsim3.csv', 'DDR4_8Gb_x8_3200', 64],
    [INI, 'dramsim3', 'dramsim3.csv', 'DDR4_8Gb_x8_3200', 64],
    ['DDR4-3200', 'ramulator2', 'ramulator2.csv', 'DDR4_3200', 64],
    ['DDR4-3200', 'ramulator2-rowhit', 'ramulator2.csv', 'DDR4_3200.rowhit', 64],
    ['HBM2-2000', 'ramulator2', 'ramulator2.csv', 'HBM2_2000', 32],
  ])(
    '%s with policy %s is the golden’s device, issue width included',
    async (device, policy, file, name, unit) => {
      const trace = await traceFile('rand_rw21', unit, true);
      const words = ['--device', device, '--policy', policy, '--trace', trace, '--json'];
      const result = JSON.parse(await dram(...words)) as Record<string, unknown>;
      const row = golden(file, name, 'rand_rw21');
      expect(result).toMatchObject({
        cycles: row['total_cycles'] ?? row['total_ticks'],
        commands: { ACT: row['act'], PRE: row['pre'], RD: row['rd'], WR: row['wr'], REF: row['ref'] },
        writes_never_issued: row['writes_never_issued'] ?? 0,
      });
      if (policy !== 'dramsim3') expect(result['energy_reason']).toMatch(/no energy model/);
    },
  );

  test('takes a configuration of DRAMsim3 with our own policy, too', async () => {
    const trace = await traceFile('seq_read', 64, true);
    const result = JSON.parse(await dram('--device', INI, '--trace', trace, '--json')) as { cycles: number };
    expect(result.cycles).toBeGreaterThan(65536);
  });
});

test('tritsim dram prints the histogram of read latencies below its table', async () => {
  const trace = await traceFile('sparse_read', 64, false);
  const text = await dram('--device', 'DDR4-3200', '--trace', trace);
  expect(text).toMatch(/read latency +reads/);
  const reads = [...text.matchAll(/and more +(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  expect(reads).toBe(512);
});

describe('tritsim dram refuses', () => {
  test.each([
    ['an unknown policy', ['--device', 'DDR4-3200', '--policy', 'dramsim'], /dramsim3/],
    ['an unknown device', ['--device', 'DDR4-3300'], /DDR4-3200/],
    ['a policy for another tool’s file', ['--device', INI, '--policy', 'ramulator2'], /takes devices with/],
    ['LPDDR4 of Ramulator', ['--device', 'LPDDR4-3200', '--policy', 'ramulator2'], /LPDDR5-6400/],
    [
      'half of the stack ids',
      ['--device', 'HBM3-6400', '--policy', 'ramulator2', '--ranks', '1'],
      /multiple of 2/,
    ],
  ])('%s', async (_what, words, message) => {
    const trace = await traceFile('sparse_read', 32, false);
    await expect(dram(...words, '--trace', trace)).rejects.toThrow(message);
  });

  test('a trace that is not there', async () => {
    await expect(dram('--device', 'DDR4-3200', '--trace', join(folder, 'none'))).rejects.toThrow(/none/);
  });
});

const cycles = async (...flags: string[]): Promise<number> => {
  const trace = await traceFile('rand_rw21', 64, false);
  out = '';
  const result = await dram('--device', 'DDR4-3200', '--ranks', '2', '--trace', trace, '--json', ...flags);
  return (JSON.parse(result) as { cycles: number }).cycles;
};

describe('the controller', () => {
  test('is asked for hit cap, drain thresholds and staggered refreshes in place of its policy, which has these', async () => {
    const usual = await cycles();
    const same = [
      '--row-hit-cap',
      '32',
      '--write-high',
      '0.75',
      '--write-low',
      '0.25',
      '--refresh-stagger',
      'even',
    ];
    expect(await cycles(...same)).toBe(usual);
    for (const other of [
      ['--write-high', '0.3'],
      ['--write-low', '0.7'],
      ['--refresh-stagger', 'none'],
    ]) {
      expect(await cycles(...other)).not.toBe(usual);
    }
  });

  test('opens a row again for every request where a hit may never pass an older request', async () => {
    const trace = await traceFile('streams4_same', 64, false);
    const acts = async (cap: string): Promise<number> => {
      out = '';
      const result = await dram('--device', 'DDR4-3200', '--trace', trace, '--json', '--row-hit-cap', cap);
      return (JSON.parse(result) as { commands: { ACT: number } }).commands.ACT;
    };
    expect(await acts('1')).toBeGreaterThan(2 * (await acts('32')));
  });

  test('is refused thresholds that leave nothing to drain, and those of a simulator that has its own', async () => {
    await expect(cycles('--write-high', '0.2')).rejects.toThrow(/DRAM_POLICY|drained|writeLow < writeHigh/);
    const trace = await traceFile('rand_rw21', 64, false);
    for (const flag of [
      ['--row-hit-cap', '4'],
      ['--page', 'open'],
      ['--read-queue', '8'],
    ]) {
      const asked = dram('--device', 'DDR4-3200', '--policy', 'dramsim3', '--trace', trace, ...flag);
      await expect(asked).rejects.toThrow(new RegExp(`of its own.*${flag[0]!}`));
    }
  });
});
