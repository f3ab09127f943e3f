/** Shape-only traces in memory, for sweeps over models and contexts that have no file. */
import { MemorySink, memorySource } from '../../safetensors/memory.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { PublishedModel } from '../../trace/published.ts';
import { openTrace } from '../../trace/read.ts';
import { synthesize, type Synthesis } from '../../trace/synthesize.ts';
import type { Trace } from '../../trace/trace.ts';
import { writeManifest } from '../../trace/write.ts';

/** What synthesized traces that are written nowhere say they were written by. */
export const TOOL = 'sweep';

/** A trace of the model's shape. @throws TRACE_SYNTHESIS for a number out of range */
export function shapeTrace(model: PublishedModel, synthesis: Synthesis): Promise<Trace> {
  return manifestTrace(synthesize(model, synthesis, TOOL), `${model.name}, ${synthesis.phase}`);
}

/** The shapes of a recorded trace, with the first `steps` of its decode: what a machine does where values do not matter. */
export function shapesOf(manifest: TraceManifest, steps: number): Promise<Trace> {
  const { model, phases, matrices } = manifest;
  const shapes: TraceManifest = {
    ...manifest,
    origin: 'synthesized',
    prompt: null,
    model: { ...model, checkpoint: null },
    phases: {
      ...(phases.prefill && { prefill: { ...phases.prefill, ids: [] } }),
      ...(phases.decode && { decode: { ...phases.decode, steps, ids: [] } }),
    },
    matrices: Object.fromEntries(
      Object.entries(matrices).map(([name, matrix]) => [name, { ...matrix, scale: null }]),
    ),
  };
  return manifestTrace(shapes, model.name);
}

/** A trace of the manifest alone. */
async function manifestTrace(manifest: TraceManifest, name: string): Promise<Trace> {
  const sink = new MemorySink();
  await writeManifest(manifest, sink);
  return openTrace(memorySource(sink.bytes(), name));
}
