/** `tritsim explore`: the points of a design space on traces, and what is read from the results. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Course } from '../explore/explore.ts';
import { runExploration } from '../explore/run.node.ts';
import { formatCount } from '../units/format.ts';
import { createExploreProgress } from './explore-progress.ts';
import { registerReaders } from './explore-read.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { programHash } from './program-hash.ts';

interface ExploreFlags {
  readonly trace?: readonly string[];
  readonly jobs: number;
  readonly out?: string;
  readonly limit?: number;
}

/** A run that was interrupted, as shells report SIGINT. */
const EXIT_INTERRUPTED = 130;

const HELP = `
Running the same command again goes on where it was: what is recorded is not evaluated again, whatever ended the run.

Examples:
  tritsim explore edge-arrays --trace traces/tritsim-25m.p64d16.safetensors --out explorations/arrays
  tritsim explore status --out explorations/arrays
  tritsim explore pareto --out explorations/arrays
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
    .option('--limit <points>', 'only the first points of the space', positiveWholeNumber)
    .addHelpText('after', HELP)
    .enablePositionalOptions()
    .action(run);
  registerReaders(command);
}

async function run(space: string, flags: ExploreFlags, command: Command): Promise<void> {
  const traces = flags.trace;
  // Not a required option: commander would require it of the readers too.
  if (traces === undefined) return command.error("error: required option '--trace <file...>' not specified");
  const output = createOutput();
  const progress = createExploreProgress();
  let stopped = false;
  const onInterrupt = (): void => {
    if (stopped) process.exit(EXIT_INTERRUPTED);
    stopped = true;
    output.note('stopping when the points under way are recorded; interrupt again to stop at once');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const { folder, course } = await runExploration(
      { space, traces, out: flags.out, program: await programHash(), jobs: flags.jobs },
      { limit: flags.limit, stopped: () => stopped, onProgress: (now) => progress.update(now) },
    ).finally(() => progress.finish());
    output.note(describe(course, folder));
    if (course.done < course.total) process.exitCode = EXIT_INTERRUPTED;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function describe(
  { done, total, evaluated, reused, failed, excluded, front }: Course,
  folder: string,
): string {
  const what = [`${formatCount(evaluated)} points evaluated`];
  if (reused > 0) what.push(`${formatCount(reused)} found recorded`);
  if (excluded > 0) what.push(`${formatCount(excluded)} left out by constraints`);
  if (failed > 0) what.push(`${formatCount(failed)} failed`);
  what.push(`front ${formatCount(front)}`);
  const rest = total - done;
  if (rest > 0) what.push(`stopped with ${formatCount(rest)} to go: the same command goes on`);
  return `${what.join(', ')}; results: ${folder}`;
}
