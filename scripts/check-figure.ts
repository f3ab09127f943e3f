/**
 * Rebuilds the README's figure and compares its numbers with the committed ones, byte for byte: `npm run check:figure`. With UPDATE=1 in
 * the environment it writes both files anew instead.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { FigureSources } from '../src/cli/figures-data.ts';
import { ratioByModelSize } from '../src/report/figures/ratio-by-model-size.ts';

const CSV = new URL('../docs/data/ratio-by-model-size.csv', import.meta.url);
const SVG = new URL('../docs/figures/ratio-by-model-size.svg', import.meta.url);

const sources = new FigureSources([], () => {});
const { csv, svg } = ratioByModelSize(await sources.source('ratios'));
await sources.close();
if (process.env['UPDATE'] === '1') {
  await writeFile(CSV, csv);
  await writeFile(SVG, svg);
} else if ((await readFile(CSV, 'utf8')) === csv) {
  console.log('docs/data/ratio-by-model-size.csv is what the program gives');
} else {
  console.error(
    'docs/data/ratio-by-model-size.csv is not what the program gives: UPDATE=1 npm run check:figure, and look at the figure',
  );
  process.exitCode = 1;
}
