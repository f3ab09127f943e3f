/** An exploration from files to files: space, traces, folder and worker threads put together. */
import { openTraceFile, type TraceHandle } from '../trace/file.node.ts';
import { fileResources } from './engine/resources.node.ts';
import { threadEngine } from './engine/threads.node.ts';
import { explore, type Course, type Engine, type ExploreOptions } from './explore.ts';
import { openRecords, readStudy, writeStudy } from './folder.node.ts';
import { spaceFileOf, studyOf } from './load.node.ts';
import { resultsOf, type FindRow } from './results.ts';
import type { Store, Write } from './store/store.node.ts';
import { OpenStudy } from './study.ts';

/** What an engine evaluates for. */
export interface EngineStart {
  readonly study: OpenStudy;
  /** Paths of the study's traces. */
  readonly traces: readonly string[];
  readonly folder: string;
  readonly records: Store;
}

export type MakeEngine = (start: EngineStart) => Promise<Engine & { close(): Promise<void> }>;

export interface ExplorationFiles {
  /** Name of a shipped space, or path of a file. */
  readonly space: string;
  readonly traces: readonly string[];
  /** Folder of the results; absent: `explorations/<name of the space>`, of a shard with `-<index>-of-<count>` behind it. */
  readonly out?: string | undefined;
  /** Hash of this program. */
  readonly program: string;
  /** Worker threads, or what makes another engine. */
  readonly jobs: number | MakeEngine;
  /** For tests of a disk that is full. */
  readonly write?: Write;
}

/**
 * Runs an exploration to its end, or until it is stopped; running it again goes on where it was.
 * @throws what `studyOf`, `OpenStudy`, `writeStudy` and `Store` throw; EXPLORE_WORKER, EXPLORE_STORE_WRITE
 */
export async function runExploration(
  files: ExplorationFiles,
  options: ExploreOptions = {},
): Promise<{ folder: string; course: Course }> {
  const traces: TraceHandle[] = [];
  for (const path of files.traces) traces.push(await openTraceFile(path));
  const study = await studyOf(files.space, traces, files.program).finally(() =>
    Promise.all(traces.map((trace) => trace.close())),
  );
  const spaceFile = spaceFileOf(files.space);
  const open = new OpenStudy(study, fileResources(), spaceFile);
  const { shard } = options;
  const part = shard === undefined ? '' : `-${shard.index}-of-${shard.count}`;
  const folder = files.out ?? `explorations/${study.name}${part}`;
  writeStudy(folder, study);
  const records = openRecords(folder, files.write);
  const { jobs } = files;
  try {
    const engine =
      typeof jobs === 'number'
        ? threadEngine({ study, spaceFile, traces: files.traces }, jobs, () => records.keys.words)
        : await jobs({ study: open, traces: files.traces, folder, records });
    try {
      return { folder, course: await explore(open, engine, records, options) };
    } finally {
      await engine.close();
    }
  } finally {
    records.close();
  }
}

/** A folder's study and records, for reading. */
export interface Exploration {
  readonly study: OpenStudy;
  readonly find: FindRow;
  results(): ReturnType<typeof resultsOf>;
  close(): void;
}

/** @throws EXPLORE_FOLDER, EXPLORE_STUDY, EXPLORE_STORE */
export function openExploration(folder: string): Exploration {
  const study = new OpenStudy(readStudy(folder), fileResources());
  const records = openRecords(folder);
  const find: FindRow = (key) => records.find(key);
  return { study, find, results: () => resultsOf(study, find), close: () => records.close() };
}
