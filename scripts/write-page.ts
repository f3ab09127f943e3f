/** Bundles the script of the HTML report out of `src/report/page/browser/` into `src/report/page/script.ts`. */
import { writeFileSync } from 'node:fs';
import { PAGE_SCRIPT_FILE, pageScriptModule } from './page-script.ts';

writeFileSync(PAGE_SCRIPT_FILE, await pageScriptModule());
console.log(PAGE_SCRIPT_FILE);
