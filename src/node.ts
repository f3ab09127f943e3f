/** tritsim on Node: files and the shipped machines, devices, prices and models, for the pure core in `tritsim`. */
export { withModelFolder } from './model/folder.node.ts';
export { openTraceFile, type TraceHandle } from './trace/file.node.ts';
export { createFile, openFile, type FileSink, type FileSource } from './safetensors/file.node.ts';
export { listMachines, loadMachine } from './hardware/load.node.ts';
export { loadDevice, loadMachineDevice, shippedDevices } from './sim/dram/device-file.node.ts';
export { listPrices, loadOverrides, loadPrices } from './energy/load.node.ts';
export { writeRun } from './report/write.node.ts';
export { readRun } from './report/read.node.ts';
export { writeFigure } from './report/figures/export/write.node.ts';
export { openExploration, runExploration } from './explore/run.node.ts';
