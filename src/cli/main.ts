#!/usr/bin/env node
/** The `tritsim` command: one line for each of its commands, each loaded when it is called. */
import { readFileSync } from 'node:fs';
import { createProgram, runProgram } from './run.ts';

/** What the commands are loaded from, in the order of the help. */
const COMMANDS = {
  simulate: () => import('./simulate.ts'),
  hw: () => import('./hw.ts'),
  energy: () => import('./energy.ts'),
  explore: () => import('./explore.ts'),
  worker: () => import('./worker.ts'),
  reproduce: () => import('./reproduce.ts'),
  report: () => import('./report.ts'),
  figures: () => import('./figures.ts'),
  gemm: () => import('./gemm.ts'),
  map: () => import('./map.ts'),
  dram: () => import('./dram.ts'),
  trace: () => import('./trace.ts'),
  generate: () => import('./generate.ts'),
  perplexity: () => import('./perplexity.ts'),
  logits: () => import('./logits.ts'),
} as const;

/** The commands that this command line can mean: its first word says which, and no other is loaded; help shows all. */
function commandsFor(word: string | undefined): readonly (keyof typeof COMMANDS)[] {
  if (word === '--version' || word === '-V') return [];
  const names = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  const named = names.filter((name) => name === word);
  return named.length > 0 ? named : names;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = createProgram(version);
for (const name of commandsFor(process.argv[2])) {
  const { register } = await COMMANDS[name]();
  register(program);
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
});

// Not process.exit: output that is still on its way to a pipe would be lost. A command may have set a status of its own.
const status = await runProgram(program, process.argv);
if (status !== 0) process.exitCode = status;
