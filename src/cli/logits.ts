/** `tritsim logits`: the logits of every position of a sequence of token ids. */
import type { Command } from 'commander';
import { Engine } from '../model/engine.ts';
import { withModelFolder } from '../model/folder.node.ts';
import { loadModel } from '../model/load.ts';
import { wholeNumbers } from './numbers.ts';
import { createOutput } from './output.ts';

/** Tokens that the table names for each position. */
const LISTED = 5;

interface LogitsArguments {
  readonly model: string;
  readonly ids: number[];
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('logits')
    .description('logits of every position of a sequence of tokens, float32')
    .requiredOption('--model <dir>', 'model folder in the layout of Hugging Face')
    .requiredOption('--ids <list>', 'token ids separated by commas', wholeNumbers)
    .option(
      '--json',
      'print {"shape":[T,V],"logits":[[…]]} as JSON; without it, the likeliest tokens are listed',
    )
    .addHelpText('after', '\nExample:\n  tritsim logits --model models/tritsim-25m --ids 1,2,3 --json')
    .action(run);
}

async function run({ model: path, ids, json }: LogitsArguments): Promise<void> {
  const model = await withModelFolder(path, loadModel);
  const logits = new Engine(model, { capacity: ids.length }).forward(ids, { logits: 'all' });
  const { vocab } = model.shape;
  const rows = ids.map((_, t) => logits.subarray(t * vocab, (t + 1) * vocab));
  const output = createOutput();
  if (json === true)
    return output.json({ shape: [ids.length, vocab], logits: rows.map((row) => Array.from(row)) });
  for (const [t, row] of rows.entries()) {
    const likeliest = Array.from(row.keys()).toSorted((a, b) => row[b]! - row[a]! || a - b);
    const listed = likeliest.slice(0, LISTED).map((id) => `${id}: ${row[id]!.toFixed(4)}`);
    output.result(`position ${t}, token ${ids[t]!}  likeliest next  ${listed.join('  ')}`);
  }
}
