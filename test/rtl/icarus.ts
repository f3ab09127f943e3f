/**
 * Icarus Verilog for the tests of rtl/: compiles a bench for one configuration and runs a file of tiles through it.
 * Where the tool is absent the suites are skipped and say so; in CI (environment variable CI) its absence is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Output of a simulation at most, bytes. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/** A simulation that takes longer has run into a loop of events. */
const LONGEST_MS = 50_000;

/** Whether `tool` is on the PATH; says so on standard error where it is not, and throws there in CI. */
export function toolFound(tool: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  if (folders.some((folder) => existsSync(path.join(folder, tool)))) return true;
  const reason = `${tool} is not on the PATH (Debian: apt-get install ${tool})`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(reason);
  process.stderr.write(`RTL tests are skipped: ${reason}\n`);
  return false;
}

/** Lines that bench `top` (rtl/bench/`top`.sv) prints for `input`, which it reads as +tiles=FILE. */
export function runBench(top: string, parameters: Readonly<Record<string, number>>, input: string): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'tritsim-rtl-'));
  try {
    const program = path.join(folder, 'bench.vvp');
    const tiles = path.join(folder, 'tiles.hex');
    writeFileSync(tiles, input);
    const sources = ['rtl', 'rtl/bench'].flatMap((from) =>
      readdirSync(from)
        .filter((file) => file.endsWith('.sv'))
        .map((file) => path.join(from, file)),
    );
    run('iverilog', [
      '-g2012',
      '-Wall',
      '-Wno-timescale',
      ...Object.entries(parameters).map(([name, value]) => `-P${top}.${name}=${value}`),
      '-s',
      top,
      '-o',
      program,
      ...sources,
    ]);
    return run('vvp', ['-n', program, `+tiles=${tiles}`])
      .split('\n')
      .filter((line) => line !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `tool` prints; where it fails, an error that ends with what it had to say. */
function run(tool: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(tool, args, {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${tool} ended with ${status}: ${`${stdout}${stderr}`.slice(-2000)}`);
  return stdout;
}
