/** Do the rooms of src/ import only rooms above them, and is the core pure? Read from the sources' imports as text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const { deciding, showing } = JSON.parse(readFileSync('scripts/rooms.json', 'utf8')) as {
  deciding: string[];
  showing: string[];
};
/** Data flows down this list; an import points up it. The build hashes the first part of it into `program`. */
const ROOMS = [...deciding, ...showing];
/** Rooms whose files may touch files, processes and terminals; elsewhere only `*.node.ts` may. */
const EDGE_ROOMS = ['cli'];
const EDGE_FILES = ['src/index.ts', 'src/node.ts'];
const NODE_GLOBALS = /\b(process|Buffer|__dirname|setImmediate)\b\s*[.([]/;

interface Source {
  readonly file: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly { target: string; typeOnly: boolean }[];
}

const sources: Source[] = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((found) => found.endsWith('.ts'))
  .map((found) => {
    const file = `src/${found.split(path.sep).join('/')}`;
    const text = readFileSync(file, 'utf8');
    const imports = [
      ...text.matchAll(/(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)/g),
    ].map(([, typeOnly, from, dynamic]) => ({
      target: (from ?? dynamic)!,
      typeOnly: typeOnly !== undefined,
    }));
    return { file, room: file.split('/')[1]!, text, imports };
  });

const isEdge = ({ file, room }: Source): boolean =>
  EDGE_ROOMS.includes(room) || EDGE_FILES.includes(file) || file.endsWith('.node.ts');

/** The file an import means, relative to the root, or undefined for a package. */
function resolved(source: Source, target: string): string | undefined {
  return target.startsWith('.') ? path.posix.join(path.posix.dirname(source.file), target) : undefined;
}

describe('the rooms of src/', () => {
  test('there is a source to look at in every room that the list names', () => {
    const found = new Set(sources.map((source) => source.room));
    const missing = ROOMS.filter((room) => !found.has(room));
    expect(missing).toEqual([]);
  });

  test('every folder is on the list', () => {
    const strangers = sources.filter((s) => !ROOMS.includes(s.room) && !EDGE_FILES.includes(s.file));
    expect(strangers.map((s) => s.file)).toEqual([]);
  });

  test('an import points to the same room or one above', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .map(({ target }) => resolved(source, target))
        .filter((target) => target !== undefined && !EDGE_FILES.includes(source.file))
        .filter((target) => ROOMS.indexOf(target!.split('/')[1]!) > ROOMS.indexOf(source.room))
        .map((target) => `${source.file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the simulator does not import the model', () => {
    const wrong = sources
      .filter((source) => source.room === 'sim')
      .filter((source) =>
        source.imports.some(({ target }) => resolved(source, target)?.startsWith('src/model/')),
      );
    expect(wrong.map((s) => s.file)).toEqual([]);
  });

  test('the model does not import hardware, nor the simulator energy', () => {
    const forbidden = [
      ['model', 'src/hardware/'],
      ['mapping', 'src/sim/'],
      ['sim', 'src/energy/'],
    ] as const;
    const wrong = forbidden.flatMap(([room, target]) =>
      sources.filter(
        (s) => s.room === room && s.imports.some((i) => resolved(s, i.target)?.startsWith(target) === true),
      ),
    );
    expect(wrong.map((s) => s.file)).toEqual([]);
  });
});

describe('the pure core', () => {
  const core = sources.filter((source) => !isEdge(source));

  test('imports no module of Node', () => {
    const wrong = core.filter((source) => source.imports.some(({ target }) => target.startsWith('node:')));
    expect(wrong.map((s) => s.file)).toEqual([]);
  });

  test('imports no file that touches the file system', () => {
    const wrong = core.filter((source) => source.imports.some(({ target }) => target.endsWith('.node.ts')));
    expect(wrong.map((s) => s.file)).toEqual([]);
  });

  test('uses no global of Node, no wall clock and no unseeded randomness', () => {
    const wrong = core.filter(({ text }) => {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, '');
      return NODE_GLOBALS.test(code) || /\b(Math\.random|Date\.now|new Date|performance\.now)\b/.test(code);
    });
    expect(wrong.map((s) => s.file)).toEqual([]);
  });
});
