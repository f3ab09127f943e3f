/** The frame around all commands: how the program is set up, and what becomes of errors. */
import { Command, CommanderError } from 'commander';
import { TritsimError } from '../errors/error.ts';
import type { OutputStream } from './output.ts';

/** A refusal: the input is at fault. */
const EXIT_REFUSED = 1;
/** The command line is at fault. */
const EXIT_USAGE = 2;
/** The program is at fault: EX_SOFTWARE of sysexits.h. */
const EXIT_BUG = 70;

/** The program without commands; each command's `register` adds itself. */
export function createProgram(version: string): Command {
  return new Command('tritsim')
    .description('Cycle-level simulator and energy model for accelerators of 1-bit language models.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help shows the options)');
}

/**
 * Runs a command line and returns the exit status: 0, 1 for a refused input, 2 for wrong usage, 70 for a defect of
 * the program. Refusals print `error [CODE] message`; a defect prints its stack.
 *
 * @param argv as `process.argv`
 */
export async function runProgram(
  program: Command,
  argv: readonly string[],
  notes: OutputStream = process.stderr,
): Promise<number> {
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    // Commander has already printed the help, the version, or what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (error instanceof TritsimError) {
      notes.write(`error [${error.code}] ${error.message}\n`);
      return EXIT_REFUSED;
    }
    notes.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    notes.write('This is a defect of tritsim: please report it with the command that shows it.\n');
    return EXIT_BUG;
  }
}
