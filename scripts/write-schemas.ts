/**
 * Writes the JSON Schemas that editors and other tools read, from the schemas that the code reads with:
 * `npx tsx scripts/write-schemas.ts`. A test holds the committed files to them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { machineJsonSchema } from '../src/hardware/json-schema.ts';
import { runJsonSchema } from '../src/report/run-schema.ts';

const SCHEMAS = { 'machine.schema.json': machineJsonSchema(), 'run.schema.json': runJsonSchema() };

const folder = fileURLToPath(new URL('../hw-configs/schema', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [name, schema] of Object.entries(SCHEMAS)) {
  await writeFile(
    `${folder}/${name}`,
    await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 }),
  );
}
