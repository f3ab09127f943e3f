/** `tritsim perplexity`: scores a text with the reference engine. */
import type { Command } from 'commander';
import { Engine } from '../model/engine.ts';
import { withModelFolder } from '../model/folder.node.ts';
import { loadModel } from '../model/load.ts';
import { measurePerplexity } from '../model/perplexity.ts';
import { openTokenizer } from '../model/tokenizer.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { createProgress } from './progress.ts';
import { readText } from './text.ts';

interface PerplexityArguments {
  readonly model: string;
  readonly text: string;
  readonly tokens?: number;
  readonly context?: number;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('perplexity')
    .description('perplexity of a text, in windows of the training context that do not overlap')
    .requiredOption('--model <dir>', 'model folder in the layout of Hugging Face')
    .requiredOption('--text <file>', 'the text, UTF-8; no begin-of-text token is added')
    .option('--tokens <n>', 'use the first so many tokens of the text', positiveWholeNumber)
    .option(
      '--context <n>',
      "tokens of a window (default: the model's max_position_embeddings)",
      positiveWholeNumber,
    )
    .option('--json', 'print {"perplexity","tokens","nll"} as JSON: tokens scored, nll in nats')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  tritsim perplexity --model models/tritsim-25m --text valid.txt --tokens 5000\n' +
        '  tritsim perplexity --model models/tritsim-25m --text valid.txt --json',
    )
    .action(run);
}

async function run({ model: path, text: file, tokens, context, json }: PerplexityArguments): Promise<void> {
  const text = await readText(file);
  const { model, tokenizer } = await withModelFolder(path, async (folder) => ({
    tokenizer: await openTokenizer(folder),
    model: await loadModel(folder),
  }));
  const ids = tokenizer.encode(text, { addSpecial: false }).slice(0, tokens);
  const window = context ?? model.shape.maxPositions;
  const engine = new Engine(model, { capacity: window });
  const progress = createProgress({ unit: 'tokens' });
  try {
    const result = measurePerplexity(engine, ids, window, (done) =>
      progress.update('perplexity', done, ids.length),
    );
    progress.finish();
    const output = createOutput();
    if (json === true) return output.json(result);
    output.result(
      `perplexity ${result.perplexity.toFixed(3)}  (${result.nll.toFixed(5)} nats per token, ` +
        `${result.tokens} of ${ids.length} tokens scored, windows of ${window})`,
    );
  } finally {
    progress.finish();
  }
}
