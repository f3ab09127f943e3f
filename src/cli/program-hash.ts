/** Which version of the simulation this is: the hash that the build stamped into `dist/program.json`. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../errors/error.ts';

/** The same from `src/cli` and from `dist/cli`. */
const STAMP = fileURLToPath(new URL('../../dist/program.json', import.meta.url));

/** SHA-256 of the simulation's sources, hex. @throws PROGRAM_NOT_BUILT */
export async function programHash(): Promise<string> {
  try {
    return (JSON.parse(await readFile(STAMP, 'utf8')) as { program: string }).program;
  } catch (cause) {
    throw new TritsimError('PROGRAM_NOT_BUILT', 'the build has no stamp', {
      place: STAMP,
      hint: 'Run `npm run build`.',
      cause,
    });
  }
}
