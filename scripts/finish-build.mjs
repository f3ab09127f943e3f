// After tsc: stamps the build with the hash of the simulation's sources and makes the command executable.
// `program` in a result is this hash, so a stored result can never pass for one of another version.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The rooms of src/ in the order of `docs/architecture.md`: those whose code decides a result, and those that show it. */
const { deciding } = JSON.parse(readFileSync('scripts/rooms.json', 'utf8'));

const hash = createHash('sha256');
for (const room of deciding) {
  const folder = path.join('src', room);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file).split(path.sep).join('/'));
  for (const file of files.toSorted()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
}
writeFileSync('dist/program.json', `${JSON.stringify({ program: hash.digest('hex') })}\n`);
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
