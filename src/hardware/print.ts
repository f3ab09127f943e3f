/**
 * A resolved machine as one file in the file's own form, presets merged in: it loads again, by itself, as the same
 * machine. This is what one keeps beside a result or starts a new machine from.
 */
import { stringify } from 'yaml';
import { keysAt } from './json-schema.ts';
import type { Machine } from './machine.ts';
import type { MachineDocument } from './merge.ts';

/**
 * YAML of the document that resolved to `machine`, keys in the schema's order, headed by its hash.
 * @param machine what `resolveMachine(document)` gave: its sources are those that still hold.
 */
export function machineYaml(document: MachineDocument, machine: Machine): string {
  const data: Record<string, unknown> = { ...document.data, sources: machine.sources };
  const ordered = keysAt([], data).map((key) => [key, data[key]] as const);
  return `# hash: ${machine.hash}\n${stringify(Object.fromEntries(ordered), { lineWidth: 110 })}`;
}
