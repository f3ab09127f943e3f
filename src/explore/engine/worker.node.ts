/** A worker thread: opens the study's traces once and evaluates the batches that it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import { TritsimError } from '../../errors/error.ts';
import { openTraceFile, type TraceHandle } from '../../trace/file.node.ts';
import { BatchRunner } from '../batch.ts';
import { KeyTable } from '../key-table.ts';
import { OpenStudy } from '../study.ts';
import { carriedResources } from './queue-study.ts';
import { fileResources } from './resources.node.ts';
import type { WorkerReply, WorkerStart, WorkerTask } from './threads.node.ts';

const { study, spaceFile, traces, resources } = workerData as WorkerStart;
const port = parentPort!;
const handles: TraceHandle[] = [];
let opened: Promise<BatchRunner> | undefined;

async function open(): Promise<BatchRunner> {
  for (const [i, path] of traces.entries()) {
    const handle = await openTraceFile(path);
    const { name, hash } = study.traces[i]!;
    if (handle.hash !== hash)
      throw new TritsimError('EXPLORE_TRACE', 'the trace is not the one that the study began with', {
        place: name,
      });
    handles.push(handle);
  }
  return new BatchRunner(
    new OpenStudy(study, resources === undefined ? fileResources() : carriedResources(resources), spaceFile),
    handles,
  );
}

async function answer({ batch, known }: WorkerTask): Promise<WorkerReply> {
  try {
    opened ??= open();
    const keys = new KeyTable(known);
    return { result: await (await opened).run(batch, (key) => keys.has(key)) };
  } catch (error) {
    // An error's class does not survive the way between threads.
    if (error instanceof TritsimError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

async function end(): Promise<void> {
  await opened?.catch(() => {});
  for (const handle of handles) await handle.close();
  port.close();
}

port.on('message', (task: WorkerTask | 'end') => {
  if (task === 'end') return void end();
  void answer(task).then(
    (reply) => port.postMessage(reply),
    (error: unknown) => {
      // As an uncaught error it reaches the other side with its stack.
      setImmediate(() => {
        throw error;
      });
    },
  );
});
