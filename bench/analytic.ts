/**
 * How far the analytic estimate is from the cycle-level simulation, and how fast it is: `npx tsx bench/analytic.ts`.
 * Error of time and energy by machine and phase, of the shipped trace and of a 2B4T token; then machines a second for
 * one decoded token of the shipped shape: planned, estimated and, in the last column, priced. `--csv` prints the errors only,
 * names of machines only theirs.
 *
 * Where 2B4T does not fit the machine's DRAM, its channels get a second rank.
 */
import { priceSimulation } from '../src/energy/report.ts';
import { loadPrices } from '../src/energy/load.node.ts';
import { loadMachine } from '../src/hardware/load.node.ts';
import type { Machine } from '../src/hardware/machine.ts';
import { countNonzeros } from '../src/mapping/nonzeros.ts';
import { planTrace } from '../src/mapping/plan.ts';
import { tileTrace } from '../src/mapping/tile-trace.ts';
import { estimate } from '../src/sim/analytic/estimate.ts';
import type { Bench } from '../src/analysis/measure.ts';
import { measureActivity } from '../src/sim/array/activity.ts';
import { PhaseSimulation } from '../src/sim/phase.ts';
import { loadMachineDevice } from '../src/sim/dram/device-file.node.ts';
import { openTraceFile } from '../src/trace/file.node.ts';
import { loadPublishedModel } from '../src/trace/published.node.ts';
import { synthesize } from '../src/trace/synthesize.ts';
import type { Trace } from '../src/trace/trace.ts';

const SHIPPED = 'traces/tritsim-25m.p64d16.safetensors';
const MACHINES = [
  'edge-ternary',
  'edge-ternary-2b',
  'edge-ternary-5b3',
  'edge-ternary-bitmap',
  'edge-zero-skip',
  'edge-lut',
  'edge-bit-serial',
  'edge-fp16',
  'edge-int8',
  'edge-int4',
];
/** Kinds whose values would have to be drawn for 2B4T, which takes minutes and changes nothing in what is compared. */
const BY_VALUES = ['zero-skip', 'bit-serial'];
const POINTS = 2000;

function none(): never {
  throw new Error('a shape has no values');
}

function shapeOnly(name: string, manifest: Trace['manifest']): Trace {
  return { name, hash: '0'.repeat(64), manifest, readTrits: none, readRows: none };
}

async function benchOf(machine: Machine): Promise<Bench> {
  const prices = await loadPrices(machine.technology.prices);
  return { machine, device: loadMachineDevice(machine.dram), prices };
}

function withRanks(machine: Machine, ranks: number): Machine {
  return { ...machine, dram: { ...machine.dram, ranks } };
}

function percent(value: number): string {
  return (100 * value).toFixed(2);
}

/** Without the functional check of the recorded values, which takes longer than both. */
async function errors(name: string, trace: Trace, machine: Machine, csv: boolean): Promise<void> {
  const { device, prices } = await benchOf(machine);
  const { manifest } = trace;
  const counted = machine.packing.dram === 'bitmap-sign' && manifest.origin === 'recorded';
  const { tilings } = tileTrace(manifest, machine);
  const plan = planTrace(manifest, machine, counted ? await countNonzeros(trace, tilings) : undefined);
  const activity = await measureActivity(trace, machine, plan.tilings);
  const analytic = estimate(manifest, machine, device, plan, activity);
  const phases = analytic.phases.map(({ phase }) => {
    const simulation = new PhaseSimulation(manifest, machine, device, plan, undefined, activity);
    return simulation.run(phase).result;
  });
  const joules = priceSimulation({ phases }, machine, device, prices).phases;
  const estimated = priceSimulation(analytic, machine, device, prices).phases;
  phases.forEach(({ phase, timePs }, i) => {
    const time = analytic.phases[i]!.timePs / timePs - 1;
    const energy = estimated[i]!.energyJ / joules[i]!.energyJ - 1;
    console.log(
      csv
        ? [
            machine.name,
            name,
            phase,
            (timePs * 1e-12).toExponential(4),
            percent(time),
            percent(energy),
          ].join()
        : `${machine.name.padEnd(22)}${name.padEnd(14)}${phase.padEnd(10)}${percent(time).padStart(8)} %${percent(energy).padStart(9)} %`,
    );
  });
}

async function speed(manifest: Trace['manifest']): Promise<void> {
  const { decode } = manifest.phases;
  const token = { ...manifest, phases: { decode: { ...decode!, steps: 1 } } };
  console.log('\nmachine               estimates/s   with energy/s');
  for (const name of ['edge-ternary', 'edge-fp16', 'edge-int8']) {
    const { machine, device, prices } = await benchOf(await loadMachine(name));
    const rate = (point: () => void): number => {
      for (let i = 0; i < POINTS / 2; i++) point();
      const start = process.hrtime.bigint();
      for (let i = 0; i < POINTS; i++) point();
      return POINTS / (Number(process.hrtime.bigint() - start) / 1e9);
    };
    const plain = rate(() => estimate(token, machine, device, planTrace(token, machine)));
    const priced = rate(() => {
      priceSimulation(estimate(token, machine, device, planTrace(token, machine)), machine, device, prices);
    });
    console.log(`${name.padEnd(22)}${plain.toFixed(0).padStart(11)}${priced.toFixed(0).padStart(16)}`);
  }
}

const csv = process.argv.includes('--csv');
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const shipped = await openTraceFile(SHIPPED);
const model = await loadPublishedModel('bitnet-b1.58-2b4t');
const token = synthesize(model, { phase: 'decode', context: 512, tokens: 1, batch: 1 }, 'bench');
console.log(
  csv
    ? 'machine,trace,phase,cycle_level_s,time_error_percent,energy_error_percent'
    : 'machine               trace         phase     time error  energy error',
);
for (const name of asked.length === 0 ? MACHINES : asked) {
  const machine = await loadMachine(name);
  await errors('tritsim-25m', shipped, machine, csv);
  if (BY_VALUES.includes(machine.array.kind)) continue;
  const ranks = machine.packing.dram === 'fp16' ? 2 : machine.dram.ranks;
  await errors('2b4t', shapeOnly('2b4t', token), withRanks(machine, ranks), csv);
}
if (!csv) await speed(shipped.manifest);
await shipped.close();
