/**
 * Kills explorations at random and looks whether anything was lost or done twice: `npx tsx scripts/explore-kills.ts [KILLS] [SEED]`
 * (after `npm run build`). Each of KILLS runs of the built command, on cycle-level points, is killed with SIGKILL between 50 and
 * 1500 ms after its start or, in every other round, after the first record that comes after its start: so kills fall on the start
 * and on the work, however busy the machine is. In every third round a second run works, and is killed, in the same folder. A folder
 * that a run could end is checked and another one begun; at last a run ends what is left. Each export must be that of a run that
 * nobody killed, byte for byte. Prints what happened; ends with status 1 where one differs, or where no killed run recorded anything.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pcg32 } from '../src/random/pcg32.ts';

const KILLS = Number(process.argv[2] ?? 50);
const SEED = Number(process.argv[3] ?? 1);
/** Milliseconds. */
const SHORTEST = 50;
const LONGEST = 1500;
const LOOK_EVERY = 10;
/** A line begins with its key. */
const KEY_END = '{"key":"'.length + 64;
const COMMAND = 'dist/cli/main.js';
const TRACE = 'traces/tritsim-25m.p64d16.safetensors';

/** Each takes some hundredths of a second. */
const SPACE = `schema: tritsim.space/1
name: kills
description: Points for runs that are killed.
machine: edge-ternary
axes:
  queue: { path: dram.controller.readQueue, from: 4, to: 35, step: 1 }
  lanes: { path: vector.lanes, from: 16, to: 128, times: 2 }
constraints: []
workloads:
  decode: { phase: decode, tokens: 1, weight: 1 }
objectives: [energy_per_token, tpot]
strategy: { sample: exhaustive, fidelity: cycle }
`;

const folder = mkdtempSync(path.join(tmpdir(), 'tritsim-kills-'));
const space = path.join(folder, 'kills.yaml');
writeFileSync(space, SPACE);

function exploreWords(out: string): string[] {
  return [COMMAND, 'explore', space, '--trace', TRACE, '--jobs', '2', '--out', path.join(folder, out)];
}

function whole(out: string): void {
  const { status, stderr } = spawnSync('node', exploreWords(out), { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  console.log(`${out}: ${stderr.trim().split('\n').at(-1)}`);
}

function exported(out: string): string {
  const words = [COMMAND, 'explore', 'export', '--format', 'csv', '--out', path.join(folder, out)];
  return spawnSync('node', words, { encoding: 'utf8' }).stdout;
}

/** Whole lines in the folder's records, and how many of them are the first of their key. */
function recorded(out: string): { lines: number; keys: number } {
  const records = path.join(folder, out, 'records');
  if (!existsSync(records)) return { lines: 0, keys: 0 };
  const lines = readdirSync(records).flatMap((name) =>
    readFileSync(path.join(records, name), 'utf8').split('\n').slice(0, -1),
  );
  return { lines: lines.length, keys: new Set(lines.map((line) => line.slice(0, KEY_END))).size };
}

/** Bytes of all records in a folder. */
function recordedBytes(out: string): number {
  const records = path.join(folder, out, 'records');
  if (!existsSync(records)) return 0;
  return readdirSync(records).reduce((sum, name) => sum + statSync(path.join(records, name)).size, 0);
}

/** @returns whether the run was still at work when it was killed */
function killedAfter(out: string, milliseconds: number, working: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const before = recordedBytes(out);
    const run = spawn('node', exploreWords(out), { stdio: 'ignore' });
    let timer: NodeJS.Timeout | undefined;
    const look = setInterval(
      () => {
        if (working && recordedBytes(out) === before) return;
        clearInterval(look);
        timer = setTimeout(() => run.kill('SIGKILL'), milliseconds);
      },
      working ? LOOK_EVERY : 0,
    );
    run.on('exit', (_code, signal) => {
      clearInterval(look);
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

const random = new Pcg32(SEED);
const delay = (): number => SHORTEST + random.below(LONGEST - SHORTEST + 1);
whole('quiet');
const expected = exported('quiet');
let kills = 0;
let rounds = 0;
let found = 0;
let differences = 0;

/** Ends a folder and compares it. */
function check(out: string): void {
  const { keys, lines } = recorded(out);
  found += keys;
  console.log(`${kills} kills: ${keys} points recorded in ${lines} lines`);
  whole(out);
  if (exported(out) === expected) return;
  differences++;
  console.log(`${out}: THE EXPORT DIFFERS`);
}

let folders = 1;
while (kills < KILLS) {
  rounds++;
  // Drawn before anything runs, so that the seed alone decides.
  const delays = rounds % 3 === 0 ? [delay(), delay()] : [delay()];
  const working = rounds % 2 === 0;
  const killed = await Promise.all(delays.map((after) => killedAfter(`killed-${folders}`, after, working)));
  kills += killed.filter(Boolean).length;
  if (killed.includes(false)) check(`killed-${folders++}`);
}
check(`killed-${folders}`);
console.log(`${kills} kills in ${rounds} rounds, seed ${SEED}; ${folders} folders, ${differences} differ`);
console.log(`${found} points were recorded by runs that were killed or by the one that ended their folder`);
rmSync(folder, { recursive: true });
process.exitCode = differences === 0 && found > 0 ? 0 : 1;
