/** Traces in files. */
import { openFile } from '../safetensors/file.node.ts';
import { openTrace } from './read.ts';
import type { Trace } from './trace.ts';

export interface TraceHandle extends Trace {
  close(): Promise<void>;
}

/** Opens a trace by its path; the file stays open for reading by range. Throws what `openFile` and `openTrace` throw. */
export async function openTraceFile(path: string): Promise<TraceHandle> {
  const file = await openFile(path);
  try {
    const trace = await openTrace(file);
    return Object.assign(trace, { close: () => file.close() });
  } catch (error) {
    await file.close();
    throw error;
  }
}
