/** `tritsim trace`: record what a model computes, look into it, check it, or make a shape-only one. */
import { basename, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { TritsimError } from '../errors/error.ts';
import { checkpointHash } from '../model/checkpoint.ts';
import { Engine } from '../model/engine.ts';
import { withModelFolder } from '../model/folder.node.ts';
import { loadModel } from '../model/load.ts';
import { openTokenizer } from '../model/tokenizer.ts';
import { writeAtomically } from '../safetensors/file.node.ts';
import { openTraceFile, type TraceHandle } from '../trace/file.node.ts';
import { inspectTrace } from '../trace/inspect.ts';
import { phasesOf } from '../trace/layout.ts';
import type { Phase } from '../trace/operation.ts';
import { loadPublishedModel } from '../trace/published.node.ts';
import { recordTrace } from '../trace/record.ts';
import { synthesize } from '../trace/synthesize.ts';
import { verifyTrace } from '../trace/verify.ts';
import { writeManifest } from '../trace/write.ts';
import { formatCount } from '../units/format.ts';
import { wholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { createProgress, type ProgressOptions } from './progress.ts';
import { readText } from './text.ts';
import { inspectionTable } from './trace-table.ts';

interface RecordArguments {
  readonly model: string;
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly tokens: number;
  readonly output: string;
  readonly json?: boolean;
}

interface SynthesizeArguments {
  readonly shape: string;
  readonly phase: Phase;
  readonly context: number;
  readonly tokens?: number;
  readonly batch: number;
  readonly output: string;
  readonly json?: boolean;
}

interface JsonOption {
  readonly json?: boolean;
}

const output = createOutput();

export function register(program: Command): void {
  const trace = program.command('trace').description('record, inspect, verify and synthesize traces');
  trace
    .command('record')
    .description('run a model and record every BitLinear: trits, int8 activations, checksums of the results')
    .requiredOption('--model <dir>', 'Hugging Face folder of a BitNet model')
    .option('--prompt <text>', 'the prompt')
    .addOption(
      new Option('--prompt-file <file>', 'the prompt, from a UTF-8 file as it is').conflicts('prompt'),
    )
    .requiredOption('--tokens <n>', 'tokens to decode after the prompt, greedily', wholeNumber)
    .requiredOption('-o, --output <file>', 'the trace to write')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  tritsim trace record --model models/tritsim-25m --prompt "Once upon a time" --tokens 8 -o once.safetensors',
    )
    .action((options: RecordArguments) => record(options, versionOf(program)));
  trace
    .command('inspect')
    .description('table of a trace: shapes, zero fractions, bits of magnitude, entropy')
    .argument('<trace>', 'a trace file')
    .option('--json', 'print the rows as JSON')
    .addHelpText('after', '\nExample:\n  tritsim trace inspect once.safetensors')
    .action(inspect);
  trace
    .command('verify')
    .description('recompute every checksum of a recorded trace from its trits and activations')
    .argument('<trace>', 'a trace file')
    .option('--json', 'print what was checked as JSON')
    .addHelpText('after', '\nExample:\n  tritsim trace verify once.safetensors')
    .action(verify);
  trace
    .command('synthesize')
    .description('write a shape-only trace of a published model')
    .requiredOption('--shape <name>', 'name of a published shape, such as bitnet-b1.58-2b4t or llama-70b')
    .addOption(
      new Option('--phase <phase>', 'what to run').choices(['prefill', 'decode']).makeOptionMandatory(),
    )
    .requiredOption(
      '--context <n>',
      'prefill: tokens of the prompt; decode: length of the KV cache before the first decoded token',
      wholeNumber,
    )
    .option('--tokens <n>', 'decode steps (decode only; 1 where not given)', wholeNumber)
    .option('--batch <n>', 'sequences that run together', wholeNumber, 1)
    .requiredOption('-o, --output <file>', 'the trace to write')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  tritsim trace synthesize --shape bitnet-b1.58-2b4t --phase decode --context 512 -o 2b4t.safetensors\n' +
        '  tritsim trace synthesize --shape llama-70b --phase prefill --context 2048 --batch 4 -o llama.safetensors',
    )
    .action((options: SynthesizeArguments) => synthesizeFile(options, versionOf(program)));
}

async function record(options: RecordArguments, tool: string): Promise<void> {
  const prompt = await promptOf(options);
  const continuation = await withModelFolder(options.model, async (folder) => {
    const tokenizer = await openTokenizer(folder);
    const engine = new Engine(await loadModel(folder));
    const model = { name: basename(resolve(options.model)), checkpoint: await checkpointHash(folder) };
    const { tokens } = options;
    const manifest = await withProgress('recording', { unit: 'tokens' }, (onProgress) =>
      writeAtomically(options.output, (sink) =>
        recordTrace({ engine, model, prompt, ids: tokenizer.encode(prompt), tokens, tool, onProgress }, sink),
      ),
    );
    return tokenizer.decode(manifest.phases.decode?.ids ?? []);
  });
  await reportFile(options, `continuation: ${JSON.stringify(continuation)}`);
}

async function promptOf({ prompt, promptFile }: RecordArguments): Promise<string> {
  if (prompt !== undefined) return prompt;
  if (promptFile !== undefined) return readText(promptFile);
  throw new TritsimError('TRACE_PROMPT', 'a prompt is needed', { allowed: ['--prompt', '--prompt-file'] });
}

async function inspect(path: string, { json }: JsonOption): Promise<void> {
  await withTrace(path, async (trace) => {
    const rows = await withProgress('inspecting', {}, (report) => inspectTrace(trace, report));
    if (json === true) output.json({ ...summaryOf(trace), operations: rows });
    else output.result([...summaryLines(trace), '', ...inspectionTable(rows)].join('\n'));
  });
}

async function verify(path: string, { json }: JsonOption): Promise<void> {
  await withTrace(path, async (trace) => {
    const { operations, rows, results } = await withProgress('verifying', {}, (report) =>
      verifyTrace(trace, report),
    );
    if (json === true) {
      output.json({ name: trace.name, hash: trace.hash, operations, rows, results, mismatches: 0 });
    } else {
      output.result(
        `${trace.name}: ok, ${formatCount(results)} results in ${formatCount(rows)} rows of ` +
          `${formatCount(operations)} operations agree with their checksums`,
      );
    }
  });
}

async function synthesizeFile(options: SynthesizeArguments, tool: string): Promise<void> {
  const model = await loadPublishedModel(options.shape);
  const manifest = synthesize(model, options, tool);
  const longest = options.context + (options.phase === 'decode' ? (options.tokens ?? 1) : 0);
  const { maxPositions } = model.shape;
  if (longest > maxPositions) {
    output.warning(`${longest} positions are more than the ${maxPositions} that ${model.name} was made for`);
  }
  await writeAtomically(options.output, (sink) => writeManifest(manifest, sink));
  await reportFile(options);
}

/** Reads the file back, which proves that it opens, and says what it is. */
async function reportFile(
  { output: path, json }: { readonly output: string; readonly json?: boolean },
  ...lines: readonly string[]
): Promise<void> {
  await withTrace(path, (trace) => {
    if (json === true) output.json(summaryOf(trace));
    else output.result([...summaryLines(trace), ...lines].join('\n'));
    return Promise.resolve();
  });
}

function summaryOf({ name, hash, manifest }: TraceHandle): Record<string, unknown> {
  const { format, origin, tool, model, prompt, phases, activationZeroFraction } = manifest;
  return {
    name,
    hash,
    format,
    origin,
    tool,
    model: { name: model.name, checkpoint: model.checkpoint, shape: model.shape },
    prompt,
    phases,
    activation_zero_fraction: activationZeroFraction,
  };
}

function summaryLines({ name, hash, manifest }: TraceHandle): string[] {
  const phases = phasesOf(manifest).map(
    ([phase, { steps, tokensPerStep, batch, context }]) =>
      `${phase}: ${steps} × ${tokensPerStep} tokens, ${batch} ${batch === 1 ? 'sequence' : 'sequences'}, ` +
      `${context} in the KV cache before`,
  );
  return [`${name}: ${manifest.origin} trace of ${manifest.model.name}`, `sha256: ${hash}`, ...phases];
}

async function withTrace(path: string, use: (trace: TraceHandle) => Promise<void>): Promise<void> {
  const trace = await openTraceFile(path);
  try {
    await use(trace);
  } finally {
    await trace.close();
  }
}

/** Shows how far the work is, until it ends well or badly. */
async function withProgress<T>(
  label: string,
  options: ProgressOptions,
  work: (report: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const progress = createProgress(options);
  try {
    return await work((done, total) => progress.update(label, done, total));
  } finally {
    progress.finish();
  }
}

function versionOf(program: Command): string {
  const version = program.version();
  if (version === undefined) throw new Error('the program has no version');
  return version;
}
