/** Does the array script of docs/clusters.md do what the page says? Run as Slurm would run it, task by task. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openExploration } from '../../src/explore/run.node.ts';
import { mergeExplorations } from '../../src/explore/shard-merge.node.ts';
import { statusOf } from '../../src/explore/summary.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = resolve('test/fixtures/explore/tiny.yaml');

test(
  'the Slurm script runs each task as a shard, and the shards are the whole',
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tritsim-slurm-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [, script] = /\n( {4}#!\/bin\/bash\n(?:(?: {4}.*)?\n)+)/.exec(
      readFileSync('docs/clusters.md', 'utf8'),
    )!;
    writeFileSync(join(folder, 'arrays.sh'), script!.replaceAll(/^ {4}/gm, '').replace('edge-arrays', TINY));
    mkdirSync(join(folder, 'traces'));
    symlinkSync(resolve(TRACE), join(folder, 'traces/my.safetensors'));
    const command = `exec node --import ${import.meta.resolve('tsx')} ${resolve('src/cli/main.ts')} "$@"`;
    writeFileSync(join(folder, 'tritsim'), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    for (const task of ['1', '2']) {
      const { status, stderr } = spawnSync('bash', [join(folder, 'arrays.sh')], {
        encoding: 'utf8',
        env: {
          PATH: `${folder}:${process.env['PATH']}`,
          HOME: folder,
          SCRATCH: folder,
          SLURM_CPUS_PER_TASK: '1',
          SLURM_ARRAY_TASK_ID: task,
          SLURM_ARRAY_TASK_COUNT: '2',
        },
      });
      expect([status, stderr]).toEqual([0, expect.stringContaining('18 points evaluated')]);
    }
    mergeExplorations(
      ['1', '2'].map((task) => join(folder, `arrays-${task}`)),
      join(folder, 'arrays'),
    );
    const { study, find, close } = openExploration(join(folder, 'arrays'));
    expect(await statusOf(study, find)).toMatchObject([{ points: 36, recorded: 36 }]);
    close();
  },
);
