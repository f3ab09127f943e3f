/** `tritsim worker`: evaluates points for explorations that other hosts run with `--engine bullmq`. */
import { availableParallelism, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { parseRedisUrl } from '../explore/engine/queue-url.ts';
import { watchInterrupts } from './interrupt.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { programHash } from './program-hash.ts';
import { redisOption } from './redis-flag.ts';

interface WorkerFlags {
  readonly redis: string;
  readonly traceDir: readonly string[];
  readonly concurrency: number;
  readonly name: string;
}

/** The same from `src/cli` and from `dist/cli`. */
const SHIPPED_TRACES = fileURLToPath(new URL('../../traces', import.meta.url));

const HELP = `
A worker serves explorations of its own version of tritsim and of traces that it has: those in its folders, found by their
content. It leaves others to other workers and says why. Interrupted once, it ends when the points under way are returned.

Example:
  TRITSIM_REDIS=redis://:secret@queue.example:6379 tritsim worker --trace-dir traces --concurrency 8`;

export function register(program: Command): void {
  program
    .command('worker')
    .description('evaluate points for explorations on other hosts, through a queue in Redis')
    .addOption(redisOption().makeOptionMandatory())
    .option('--trace-dir <folder...>', 'folders with traces', [SHIPPED_TRACES])
    .option('--concurrency <count>', 'worker threads', positiveWholeNumber, availableParallelism())
    .option('--name <name>', 'what others call this worker', `${hostname()}-${process.pid}`)
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ redis, traceDir, concurrency, name }: WorkerFlags): Promise<void> {
  const output = createOutput();
  const place = parseRedisUrl(redis);
  const interrupt = watchInterrupts(() =>
    output.note('stopping when the points under way are returned; interrupt again to stop at once'),
  );
  try {
    // Loaded here: no other command waits for the queue's packages.
    const { serveQueue } = await import('../explore/engine/bullmq-worker.node.ts');
    await serveQueue({
      place,
      program: await programHash(),
      traces: traceDir,
      concurrency,
      name,
      say: (sentence) => output.note(sentence),
      stopped: interrupt.stopped,
    });
  } finally {
    interrupt.finish();
  }
}
