/** Bundles the scripts of the HTML pages, each out of its `browser/` folder into the `script.ts` beside it. */
import { writeFileSync } from 'node:fs';
import { EXPLORER_SCRIPT, REPORT_SCRIPT, scriptModule } from './page-script.ts';

for (const script of [REPORT_SCRIPT, EXPLORER_SCRIPT]) {
  writeFileSync(script.file, await scriptModule(script));
  console.log(script.file);
}
