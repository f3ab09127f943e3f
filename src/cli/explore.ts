/** `tritsim explore`: the points of a design space on traces, and what is read from the results. */
import { availableParallelism } from 'node:os';
import { Option, type Command } from 'commander';
import { TritsimError } from '../errors/error.ts';
import { parseRedisUrl } from '../explore/engine/queue-url.ts';
import type { Course } from '../explore/explore.ts';
import { runExploration, type MakeEngine } from '../explore/run.node.ts';
import { parseShard } from '../explore/shard.ts';
import { formatCount } from '../units/format.ts';
import { registerExploreFigures } from './explore-figures.ts';
import { registerMerge } from './explore-merge.ts';
import { registerExplorePage } from './explore-page.ts';
import { createExploreProgress } from './explore-progress.ts';
import { registerReaders } from './explore-read.ts';
import { EXIT_INTERRUPTED, watchInterrupts } from './interrupt.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { programHash } from './program-hash.ts';
import { redisOption } from './redis-flag.ts';

interface ExploreFlags {
  readonly trace?: readonly string[];
  readonly jobs: number;
  readonly out?: string;
  readonly limit?: number;
  readonly shard?: string;
  readonly engine: 'threads' | 'bullmq';
  readonly redis?: string;
}

const HELP = `
Running the same command again goes on where it was: what is recorded is not evaluated again, whatever ended the run.

Examples:
  tritsim explore edge-arrays --trace traces/tritsim-25m.p64d16.safetensors --out explorations/arrays
  tritsim explore status --out explorations/arrays
  tritsim explore pareto --out explorations/arrays
  tritsim explore page --out explorations/arrays -o arrays.html
  tritsim explore export --out explorations/arrays --format csv > points.csv`;

export function register(program: Command): void {
  // What follows the name of a reader is the reader's: both have --out.
  const command = program
    .enablePositionalOptions()
    .command('explore')
    .description('evaluate the machines of a design space and find the best trade-offs')
    .argument('<space>', 'name of a shipped space (hw-configs/spaces) or a .yaml file')
    .option('--trace <file...>', 'traces, recorded or synthesized; each is explored for itself')
    .option('--jobs <count>', 'worker threads', positiveWholeNumber, availableParallelism())
    .option('--out <folder>', 'where results are kept (default: explorations/ and the name of the space)')
    .option('--limit <points>', 'evaluate only so many points, the first of the space', positiveWholeNumber)
    .option('--shard <i/n>', 'every n-th point from the i-th on; see explore merge')
    .addOption(
      new Option('--engine <which>', 'worker threads here, or tritsim worker on any hosts')
        .choices(['threads', 'bullmq'])
        .default('threads'),
    )
    .addOption(redisOption())
    .addHelpText('after', HELP)
    .enablePositionalOptions()
    .action(run);
  registerReaders(command);
  registerMerge(command);
  registerExploreFigures(command);
  registerExplorePage(command);
}

async function run(space: string, flags: ExploreFlags, command: Command): Promise<void> {
  const traces = flags.trace;
  // Not a required option: commander would require it of the readers too.
  if (traces === undefined) return command.error("error: required option '--trace <file...>' not specified");
  const output = createOutput();
  const progress = createExploreProgress();
  const say = (sentence: string): void => {
    progress.finish();
    output.note(sentence);
  };
  const interrupt = watchInterrupts(() =>
    say('stopping when the points under way are recorded; interrupt again to stop at once'),
  );
  const { stopped } = interrupt;
  try {
    const { folder, course } = await runExploration(
      {
        space,
        traces,
        out: flags.out,
        program: await programHash(),
        jobs: await engineOf(flags, command, say, stopped),
      },
      {
        limit: flags.limit,
        shard: flags.shard === undefined ? undefined : parseShard(flags.shard),
        stopped,
        onProgress: (now) => progress.update(now),
      },
    ).finally(() => progress.finish());
    output.note(describe(course, folder, traces.length));
    if (course.done < course.total) process.exitCode = EXIT_INTERRUPTED;
  } finally {
    interrupt.finish();
  }
}

/** @throws EXPLORE_ENGINE, QUEUE_URL */
async function engineOf(
  { engine, jobs, redis }: ExploreFlags,
  command: Command,
  say: (sentence: string) => void,
  stopped: () => boolean,
): Promise<number | MakeEngine> {
  if (engine === 'threads') {
    if (command.getOptionValueSource('redis') !== 'cli') return jobs;
    throw new TritsimError('EXPLORE_ENGINE', '--redis is of --engine bullmq');
  }
  if (redis === undefined)
    throw new TritsimError('EXPLORE_ENGINE', '--engine bullmq needs --redis, or TRITSIM_REDIS set');
  if (command.getOptionValueSource('jobs') === 'cli') {
    throw new TritsimError('EXPLORE_ENGINE', '--jobs is of worker threads here', {
      hint: 'Of a worker elsewhere it is --concurrency.',
    });
  }
  const place = parseRedisUrl(redis);
  // Loaded here: no other command waits for the queue's packages.
  const { queueEngine } = await import('../explore/engine/bullmq.node.ts');
  return queueEngine({ place, say, stopped });
}

function describe(course: Course, folder: string, traces: number): string {
  const { done, total, failed, excluded, repeated, front } = course;
  const what = [...evaluations(course, traces)];
  if (excluded > 0) what.push(`${formatCount(excluded)} left out by constraints`);
  if (repeated > 0) what.push(`${formatCount(repeated)} positions without a point of their own`);
  if (failed > 0) what.push(`${formatCount(failed)} failed`);
  what.push(`front ${formatCount(front)}`);
  const rest = total - done;
  if (rest > 0) what.push(`stopped with ${formatCount(rest)} to go: the same command goes on`);
  return `${what.join(', ')}; results: ${folder}`;
}

/** What was evaluated and what was found: a successive study's points in both of their rounds. */
function evaluations({ evaluated, reused, tallies: { analytic, cycle } }: Course, traces: number): string[] {
  const on = traces === 1 ? '' : ` on ${traces} traces`;
  if ([analytic, cycle].some((own) => own.evaluated + own.reused === 0))
    return [
      `${formatCount(evaluated)} points evaluated${on}`,
      ...(reused > 0 ? [`${formatCount(reused)} found recorded`] : []),
    ];
  return [
    `${formatCount(analytic.evaluated)} points estimated${on}`,
    `${formatCount(cycle.evaluated)} simulated cycle by cycle`,
    ...(reused > 0
      ? [
          `${formatCount(analytic.reused)} estimates and ${formatCount(cycle.reused)} simulations found recorded`,
        ]
      : []),
  ];
}
