/** `tritsim generate`: continues a text with the reference engine. */
import type { Command } from 'commander';
import { Engine } from '../model/engine.ts';
import { withModelFolder } from '../model/folder.node.ts';
import { generate } from '../model/generate.ts';
import { loadModel } from '../model/load.ts';
import { openTokenizer, TextStream } from '../model/tokenizer.ts';
import { decimalNumber, positiveWholeNumber, wholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { formatRate, monotonicSeconds } from './progress.ts';

interface GenerateArguments {
  readonly model: string;
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('generate')
    .description('continue a text, printed as it is generated')
    .requiredOption('--model <dir>', 'model folder in the layout of Hugging Face')
    .requiredOption('--prompt <text>', 'the text to continue')
    .option('--tokens <n>', 'most tokens to generate', positiveWholeNumber, 100)
    .option(
      '--temperature <t>',
      '0 takes the likeliest token, 1 draws from the model as it is',
      decimalNumber,
      0,
    )
    .option(
      '--top-p <p>',
      'draw only from the likeliest tokens that together reach this probability',
      decimalNumber,
      1,
    )
    .option('--seed <n>', 'of the draws; the same seed gives the same text', wholeNumber, 0)
    .option('--json', 'print {"ids","text","tokens_per_s"} as JSON, of what was generated')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  tritsim generate --model models/tritsim-25m --prompt "It was a dark evening" --tokens 60\n' +
        '  tritsim generate --model models/tritsim-25m --prompt "My dear" --temperature 0.8 --top-p 0.95 --seed 7',
    )
    .action(run);
}

async function run({
  model: path,
  prompt,
  tokens,
  temperature,
  topP,
  seed,
  json,
}: GenerateArguments): Promise<void> {
  const { model, tokenizer } = await withModelFolder(path, async (folder) => ({
    tokenizer: await openTokenizer(folder),
    model: await loadModel(folder),
  }));
  const output = createOutput();
  const promptIds = tokenizer.encode(prompt);
  const capacity = Math.min(model.shape.maxPositions, promptIds.length + tokens);
  const engine = new Engine(model, { capacity });
  const stream = new TextStream(tokenizer, promptIds);
  const show = (piece: string): void => void (json === true || process.stdout.write(piece));

  const ids: number[] = [];
  let text = '';
  let start = monotonicSeconds();
  let prefillSeconds = 0;
  show(prompt);
  for (const id of generate(engine, promptIds, { tokens, sampling: { temperature, topP }, seed })) {
    if (ids.length === 0) {
      prefillSeconds = monotonicSeconds() - start;
      start = monotonicSeconds();
    }
    ids.push(id);
    const piece = stream.push(id);
    text += piece;
    show(piece);
  }
  const rest = stream.end();
  text += rest;
  show(`${rest}\n`);
  // The first token comes out of the prefill; the clock of decoding starts with it.
  const rate = ids.length > 1 ? (ids.length - 1) / (monotonicSeconds() - start) : null;
  if (json === true) return output.json({ ids, text, tokens_per_s: rate });
  const decoded = rate === null ? '' : `, ${ids.length} tokens generated at ${formatRate(rate)} tokens/s`;
  output.note(
    `prompt of ${promptIds.length} tokens read at ${formatRate(promptIds.length / prefillSeconds)} tokens/s${decoded}`,
  );
}
