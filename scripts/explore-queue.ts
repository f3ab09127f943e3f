/**
 * Kills workers and runs of a queue at random and looks whether anything was lost: `npx tsx scripts/explore-queue.ts [KILLS] [SEED]`
 * (after `npm run build`; redis-server on the PATH). Two workers and a run of the built command, on cycle-level points, with a
 * Redis of their own; one of the three at a time is killed with SIGKILL and started again. Then what is left is ended in quiet, and
 * the export must be that of a run in one process, byte for byte; so must that of two shards put together. Prints what happened;
 * ends with status 1 where it differs.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pcg32 } from '../src/random/pcg32.ts';
import { startRedis } from '../test/explore/redis.ts';

const KILLS = Number(process.argv[2] ?? 12);
const SEED = Number(process.argv[3] ?? 1);
const [SHORTEST_MS, LONGEST_MS] = [500, 3500];
const COMMAND = 'dist/cli/main.js';
const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const POINTS = 64;
const SPACE = `schema: tritsim.space/1
name: queue
description: Points for workers that are killed.
machine: edge-ternary
axes:
  queue: { path: dram.controller.readQueue, from: 4, to: 35, step: 1 }
  lanes: { path: vector.lanes, values: [32, 64] }
constraints: []
workloads:
  decode: { phase: decode, tokens: 1, weight: 1 }
objectives: [energy_per_token, tpot]
strategy: { sample: exhaustive, fidelity: cycle }
`;

const folder = mkdtempSync(path.join(tmpdir(), 'tritsim-queue-'));
const at = (name: string): string => path.join(folder, name);
writeFileSync(at('space.yaml'), SPACE);
const redis = await startRedis();
const env = { ...process.env, TRITSIM_REDIS: redis.url };
const exploreWords = (out: string, ...more: string[]): string[] =>
  [COMMAND, 'explore', at('space.yaml'), '--trace', TRACE, '--out', at(out)].concat(more);
const queueWords = exploreWords('queue', '--engine', 'bullmq');

/** Runs a command to its end and prints its last words. */
function whole(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('node', words, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  const last = stderr.trim().split('\n').at(-1)!;
  if (last !== '') console.log(last.replaceAll(`${folder}/`, ''));
  return stdout;
}

const exported = (out: string): string =>
  whole([COMMAND, 'explore', 'export', '--format', 'csv', '--out', at(out)]);

interface Part {
  readonly name: string;
  readonly words: readonly string[];
  process: ChildProcess;
}

function part(name: string, words: readonly string[]): Part {
  return { name, words, process: spawn('node', words, { stdio: 'ignore', env }) };
}

const workerWords = [COMMAND, 'worker', '--concurrency', '1'];
const parts = [part('worker', workerWords), part('worker', workerWords), part('run', queueWords)];
const random = new Pcg32(SEED);
const killed: Record<string, number> = {};
for (let kill = 0; kill < KILLS; kill++) {
  await sleep(SHORTEST_MS + random.below(LONGEST_MS - SHORTEST_MS + 1));
  const one = parts[random.below(parts.length)]!;
  // On a quick machine the run may end first.
  if (parts[2]!.process.exitCode !== null) break;
  one.process.kill('SIGKILL');
  await once(one.process, 'exit');
  killed[one.name] = (killed[one.name] ?? 0) + 1;
  one.process = spawn('node', one.words, { stdio: 'ignore', env });
}
console.log(`seed ${SEED}, killed: ${JSON.stringify(killed)}`);
const { process: run } = parts[2]!;
if (run.exitCode === null) await once(run, 'exit');
for (const { process: worker } of parts.slice(0, 2)) {
  worker.kill('SIGTERM');
  await once(worker, 'exit');
}
await redis.stop();
whole(exploreWords('quiet'));
for (const index of [1, 2]) whole(exploreWords(`shard-${index}`, '--shard', `${index}/2`));
whole([COMMAND, 'explore', 'merge', at('shard-1'), at('shard-2'), '--out', at('merged')]);
const quiet = exported('quiet');
const points = quiet.split('\n').length - 2;
const same = { queue: exported('queue') === quiet, shards: exported('merged') === quiet };
console.log(`${points} points exported; the same bytes: ${JSON.stringify(same)}`);
rmSync(folder, { recursive: true });
process.exitCode = run.exitCode === 0 && points === POINTS && same.queue && same.shards ? 0 : 1;
