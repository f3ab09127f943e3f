/** Does `tritsim simulate` write its timeline and its DRAM requests whole, packed where the name says so, or not at all? */
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BesideFile } from '../../src/cli/beside-file.ts';
import { register } from '../../src/cli/simulate.ts';
import { tinyTraceBytes } from '../trace/tiny.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'tritsim-'));
  await writeFile(at('tiny.safetensors'), await tinyTraceBytes());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function simulate(...words: string[]): Promise<void> {
  const program = new Command('tritsim').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  const line = ['simulate', '--trace', at('tiny.safetensors'), '--hw', 'test-tiny'];
  await program.parseAsync(['node', 'tritsim', ...line, ...words]);
}

test('the packed files hold what the plain ones do', async () => {
  await simulate('--timeline', at('a.json'), '--dram-trace', at('a.trace'));
  await simulate('--timeline', at('b.json.gz'), '--dram-trace', at('b.trace.gz'));
  for (const [plain, packed] of [
    ['a.json', 'b.json.gz'],
    ['a.trace', 'b.trace.gz'],
  ] as const) {
    expect(gunzipSync(readFileSync(at(packed))).equals(readFileSync(at(plain)))).toBe(true);
  }
  const { traceEvents } = JSON.parse(readFileSync(at('a.json'), 'utf8')) as { traceEvents: unknown[] };
  expect(traceEvents.length).toBeGreaterThan(100);
  expect(readFileSync(at('a.trace'), 'utf8')).toMatch(/^(0x[\da-f]+ (READ|WRITE) \d+\n)+$/);
});

test('a run that is refused leaves no file, nor the beginning of one', async () => {
  await expect(simulate('--timeline', at('c.json'), '--from', 'token 99')).rejects.toThrow(/no such token/);
  await expect(simulate('--from', 'token 0')).rejects.toThrow(/Add --timeline/);
  expect(await readdir(folder)).toEqual(['tiny.safetensors']);
});

test('a file that cannot be written is an error with its name', async () => {
  await expect(simulate('--timeline', at('none/c.json'))).rejects.toThrow(
    /none\/c\.json.*cannot be written/s,
  );
});

test('text longer than a block is one gzip member that says its length and its sum', () => {
  const file = new BesideFile(at('long.gz'));
  let text = '';
  for (let i = 0; i < 40; i++) {
    const piece = `${i} × `.repeat(20_000);
    text += piece;
    file.write(piece);
  }
  file.commit();
  expect(gunzipSync(readFileSync(at('long.gz'))).toString('utf8')).toBe(text);
});
