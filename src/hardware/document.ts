/**
 * A YAML file of ours as plain data that remembers where each value stands: the syntax is YAML 1.2 core, a key may
 * stand once only, and every path in it knows its line.
 */
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type ParsedNode } from 'yaml';
import { TritsimError } from '../errors/error.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** One file: its values, and the line of each by path (`array.inputs`; list items by index). */
export interface YamlFile {
  readonly file: string;
  readonly data: Mapping;
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * Reads `text`, which was found in `file`.
 * @param area first word of the error codes, for example `MACHINE`.
 * @throws `<area>_YAML` for a syntax error, an unknown tag, an alias, a key that is no name or a document that is no
 *   mapping; `<area>_KEY_DUPLICATE`.
 */
export function parseYaml(text: string, file: string, area: string): YamlFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    const place = `${file}:${counter.linePos(fault.pos[0]).line}`;
    if (fault.code !== 'DUPLICATE_KEY')
      throw new TritsimError(`${area}_YAML`, `not YAML: ${fault.message}`, { place });
    const key = text.slice(fault.pos[0]).match(/^[^\s:]+/)?.[0] ?? '';
    throw new TritsimError(`${area}_KEY_DUPLICATE`, 'the key stands twice in this mapping', {
      place,
      found: `'${key}'`,
    });
  }
  if (!isMap(document.contents)) {
    throw new TritsimError(`${area}_YAML`, 'the file must hold a mapping of keys to values', {
      place: `${file}:1`,
    });
  }
  const lines = new Map<string, number>();
  collectLines(
    document.contents,
    '',
    lines,
    (node) => counter.linePos(node.range[0]).line,
    (line, what) => {
      throw new TritsimError(`${area}_YAML`, `${what} is not read here`, { place: `${file}:${line}` });
    },
  );
  return { file, data: document.toJS() as Mapping, lines };
}

/** `path` with one more key: `array.inputs`; a key that has a dot in it is quoted: `sources["array.inputs"]`. */
export function childPath(path: string, key: string): string {
  if (key.includes('.')) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Notes the line of every key and item below `node`; refuses what would not survive as plain data. */
function collectLines(
  node: ParsedNode,
  path: string,
  lines: Map<string, number>,
  lineOf: (node: ParsedNode) => number,
  refuse: (line: number, what: string) => never,
): void {
  const visit = (key: string, at: ParsedNode, value: ParsedNode | null): void => {
    const child = childPath(path, key);
    lines.set(child, lineOf(at));
    if (value !== null) collectLines(value, child, lines, lineOf, refuse);
  };
  if (isAlias(node)) refuse(lineOf(node), 'an alias');
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key) || key.value === '__proto__') refuse(lineOf(key), `the key '${String(key)}'`);
      else visit(String(key.value), key, value);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) visit(String(index), item, item);
  }
}
