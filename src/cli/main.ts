#!/usr/bin/env node
/** The `tritsim` command: one import and one line for each of its commands. */
import { readFileSync } from 'node:fs';
import { register as registerDram } from './dram.ts';
import { register as registerEnergy } from './energy.ts';
import { register as registerExplore } from './explore.ts';
import { register as registerFigures } from './figures.ts';
import { register as registerGemm } from './gemm.ts';
import { register as registerGenerate } from './generate.ts';
import { register as registerHw } from './hw.ts';
import { register as registerLogits } from './logits.ts';
import { register as registerPerplexity } from './perplexity.ts';
import { register as registerReport } from './report.ts';
import { register as registerReproduce } from './reproduce.ts';
import { createProgram, runProgram } from './run.ts';
import { register as registerSimulate } from './simulate.ts';
import { register as registerTrace } from './trace.ts';
import { register as registerWorker } from './worker.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = createProgram(version);
registerSimulate(program);
registerHw(program);
registerEnergy(program);
registerExplore(program);
registerWorker(program);
registerReproduce(program);
registerReport(program);
registerFigures(program);
registerGemm(program);
registerDram(program);
registerTrace(program);
registerGenerate(program);
registerPerplexity(program);
registerLogits(program);

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
});

// Not process.exit: output that is still on its way to a pipe would be lost. A command may have set a status of its own.
const status = await runProgram(program, process.argv);
if (status !== 0) process.exitCode = status;
