// After tsc: stamps the build with the hash of the simulation's sources and makes the command executable.
// `program` in a result is this hash, so a stored result can never pass for one of another version.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Rooms whose code decides a result; report/ and cli/ only show it. */
const ROOMS = [
  'errors',
  'units',
  'safetensors',
  'random',
  'model',
  'trace',
  'hardware',
  'mapping',
  'sim',
  'energy',
  'analysis',
];

const hash = createHash('sha256');
for (const room of ROOMS) {
  const folder = path.join('src', room);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file).split(path.sep).join('/'));
  for (const file of files.toSorted()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
}
writeFileSync('dist/program.json', `${JSON.stringify({ program: hash.digest('hex') })}\n`);
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
