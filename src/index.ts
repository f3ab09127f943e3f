/**
 * tritsim as a library: the pure core, which runs in a browser as it does in Node. Files come in through `ByteSource`;
 * `tritsim/node` has the adapters for Node's file system.
 *
 *     openTrace → measure (mapping, simulation, prices) → Run
 */
export { TritsimError, type ErrorDetails } from './errors/error.ts';
export type { ByteSink, ByteSource } from './safetensors/bytes.ts';
export { memorySource, MemorySink } from './safetensors/memory.ts';
export { openTrace } from './trace/read.ts';
export { operationsOf } from './trace/graph.ts';
export { inspectTrace } from './trace/inspect.ts';
export { synthesize } from './trace/synthesize.ts';
export { verifyTrace } from './trace/verify.ts';
export type { Trace, PackedTrits, RecordedRows } from './trace/trace.ts';
export type { TraceManifest } from './trace/manifest.ts';
export type { Operation, Phase } from './trace/operation.ts';
export type { ModelShape } from './model/shape.ts';
export { loadModel } from './model/load.ts';
export { Engine } from './model/engine.ts';
export { censusOf, type Model } from './model/model.ts';
export { generate } from './model/generate.ts';
export { measurePerplexity, type Perplexity } from './model/perplexity.ts';
export { openTokenizer } from './model/tokenizer.ts';
export { recordTrace } from './trace/record.ts';
export { resolveMachine, tryResolve } from './hardware/resolve.ts';
export type { Machine } from './hardware/machine.ts';
export { planTrace, buildProgram, type Plan } from './mapping/plan.ts';
export type { Program } from './mapping/program.ts';
export { simulate, type SimulateOptions } from './sim/simulate.ts';
export type { PhaseResult, SimulationResult } from './sim/result.ts';
export { DramSystem } from './sim/dram/system.ts';
export type { DramDevice } from './sim/dram/device.ts';
export { priceSimulation, type EnergyReport } from './energy/report.ts';
export type { PriceTable } from './energy/table.ts';
export { measure, type Bench } from './analysis/measure.ts';
export { matchBaseline, type Match } from './analysis/match.ts';
export { machineArea } from './energy/machine-area.ts';
export { compareRuns } from './analysis/compare.ts';
export type { Run, MachineRun } from './analysis/run.ts';
export { parseSpace } from './explore/space/space-file.ts';
export { ParetoFront } from './explore/front/pareto.ts';
export { searchMapping } from './explore/mapper/search.ts';
export { runFiles } from './report/files.ts';
export { summarise } from './report/summary.ts';
