/**
 * JSON Schema of the machine file, for the completion of editors, written from the schema that reads it. A preset may
 * leave keys out and a machine inherits them, so no key but `schema` is required here; that all are there once presets
 * are merged is checked by `resolve.ts`.
 */
import * as z from 'zod';
import { MACHINE_SCHEMA, machineSchema } from './schema.ts';

interface JsonNode {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonNode>>;
  readonly oneOf?: readonly JsonNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

const strict = z.toJSONSchema(machineSchema, { io: 'input' }) as JsonNode;

/** The published schema, as plain JSON. */
export function machineJsonSchema(): JsonNode {
  const loose = withoutRequired(strict) as JsonNode;
  const extending = {
    type: 'string',
    description:
      'The machine or preset that this file changes: a shipped name, or a path ending in .yaml from this file.',
  };
  const { schema, ...properties } = loose.properties!;
  return {
    ...loose,
    $id: MACHINE_SCHEMA,
    properties: { schema: schema!, extends: extending, ...properties },
    required: ['schema'],
  };
}

/** Valid keys of the mapping at `path` in `data`, or none where it takes any or is no mapping. */
export function keysAt(path: readonly string[], data: unknown): string[] {
  let node: JsonNode | undefined = strict;
  let value = data;
  for (const key of path) {
    node = node?.properties?.[key];
    value = (value as Record<string, unknown> | undefined)?.[key];
    if (node?.oneOf !== undefined) {
      const kind = (value as { kind?: unknown } | undefined)?.kind;
      node = node.oneOf.find((option) => {
        const of = option.properties?.['kind'];
        return of?.const === kind || of?.enum?.includes(kind) === true;
      });
    }
  }
  return Object.keys(node?.properties ?? {});
}

function withoutRequired(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutRequired);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === 'required' && Array.isArray(value)))
      .map(([key, value]) => [key, withoutRequired(value)]),
  );
}
