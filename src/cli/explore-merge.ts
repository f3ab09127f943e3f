/** `tritsim explore merge`: the folders of shards put together. */
import type { Command } from 'commander';
import { openExploration } from '../explore/run.node.ts';
import { mergeExplorations } from '../explore/shard-merge.node.ts';
import { statusOf } from '../explore/summary.ts';
import { formatCount } from '../units/format.ts';
import { createOutput } from './output.ts';

export function registerMerge(explore: Command): void {
  explore
    .command('merge')
    .description('put the folders of shards (--shard) together')
    .argument('<folders...>', 'folders of shards of one study')
    .requiredOption('--out <folder>', 'folder of the whole')
    .addHelpText(
      'after',
      '\nExample:\n  tritsim explore merge explorations/arrays-1-of-2 explorations/arrays-2-of-2 --out explorations/arrays',
    )
    .action(run);
}

async function run(folders: readonly string[], { out }: { readonly out: string }): Promise<void> {
  const output = createOutput();
  for (const { folder, records, fresh } of mergeExplorations(folders, out))
    output.note(`${folder}: ${formatCount(records)} records, ${formatCount(fresh)} of them new`);
  const exploration = openExploration(out);
  try {
    const rounds = await statusOf(exploration.study, exploration.find);
    const missing = rounds.reduce((sum, { points, recorded }) => sum + points - recorded, 0);
    if (missing > 0)
      output.warning(`${formatCount(missing)} points have no record: a shard is missing or has not ended`);
  } finally {
    exploration.close();
  }
}
