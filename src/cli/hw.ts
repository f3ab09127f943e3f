/** `tritsim hw`: the machines that are shipped, one machine with its presets merged, and whether a file is one. */
import type { Command } from 'commander';
import { TritsimError } from '../errors/error.ts';
import { listMachines, loadMachine, loadMachineDocument } from '../hardware/load.node.ts';
import type { ArrayConfig, Machine } from '../hardware/machine.ts';
import { machineYaml } from '../hardware/print.ts';
import { resolveMachine, tryResolve, type Resolution } from '../hardware/resolve.ts';
import { arrayShape } from '../mapping/array-shape.ts';
import { renderTable } from '../report/table.ts';
import { formatBytes, formatFrequency } from '../units/format.ts';
import { registerHwArea } from './hw-area.ts';
import { createOutput } from './output.ts';

interface JsonOption {
  readonly json?: boolean;
}

export function register(program: Command): void {
  const hw = program.command('hw').description('list, show and check machine files');
  hw.command('list')
    .description('table of the shipped machines')
    .option('--json', 'print the resolved machines as JSON')
    .addHelpText('after', '\nExample:\n  tritsim hw list')
    .action(list);
  hw.command('show')
    .description('a machine with its presets merged, as a file that loads by itself, and its hash')
    .argument('<machine>', 'name of a shipped machine, or a .yaml file')
    .option('--json', 'print the resolved machine as JSON, one unit per dimension')
    .addHelpText(
      'after',
      '\nExamples:\n  tritsim hw show edge-ternary > mine.yaml\n  tritsim hw show mine.yaml --json',
    )
    .action(show);
  hw.command('check')
    .description(
      'check a machine file and list everything that is wrong with it; exit status 1 if anything is',
    )
    .argument('<machine>', 'a .yaml file, or the name of a shipped machine')
    .option('--json', 'print {"machine","hash","errors"} as JSON')
    .addHelpText('after', '\nExample:\n  tritsim hw check mine.yaml')
    .action(check);
  registerHwArea(hw);
}

async function list({ json }: JsonOption): Promise<void> {
  const machines: Machine[] = [];
  for (const name of await listMachines()) machines.push(await loadMachine(name));
  if (json === true) return createOutput().json(machines);
  const head = ['machine', 'array', 'clock', 'weights in DRAM', 'SRAM', 'DRAM'];
  const rows = machines.map((machine) => [
    machine.name,
    describeArray(machine.array),
    formatFrequency(machine.clock.hz),
    machine.packing.dram,
    formatBytes(Object.values(machine.buffers).reduce((sum, buffer) => sum + buffer.capacityBytes, 0)),
    `${machine.dram.channels} × ${machine.dram.device}`,
  ]);
  const table = renderTable([head, ...rows], ['left', 'left', 'right', 'left', 'right', 'left']);
  createOutput().result(table.join('\n'));
}

async function show(nameOrPath: string, { json }: JsonOption): Promise<void> {
  const document = await loadMachineDocument(nameOrPath);
  const machine = resolveMachine(document);
  if (json === true) createOutput().json(machine);
  else createOutput().result(machineYaml(document, machine));
}

async function check(nameOrPath: string, { json }: JsonOption): Promise<void> {
  const { machine, errors = [] } = await resolution(nameOrPath);
  const output = createOutput();
  if (errors.length > 0) process.exitCode = 1;
  if (json === true) {
    const faults = errors.map(({ code, summary, message, details }) => ({
      code,
      place: details.place ?? null,
      summary,
      message,
    }));
    output.json({ machine: machine?.name ?? null, hash: machine?.hash ?? null, errors: faults });
  } else if (machine === undefined) {
    for (const { code, message } of errors) output.note(`error [${code}] ${message}`);
  } else {
    output.result(`${machine.name}: ok, hash ${machine.hash}`);
  }
}

/** A file that cannot even be merged has the one error that kept it from it. */
async function resolution(nameOrPath: string): Promise<Resolution> {
  try {
    return tryResolve(await loadMachineDocument(nameOrPath));
  } catch (error) {
    if (error instanceof TritsimError) return { errors: [error] };
    throw error;
  }
}

function describeArray(array: ArrayConfig): string {
  const { inputs, outputs } = arrayShape(array);
  return `${array.kind} ${inputs} × ${outputs}`;
}
