/**
 * How long a timeline will be, before anything is simulated: its events are counted from the programs. Refreshes, and the
 * share of a window of time, follow from the least time that the work can take, so the figure is a forecast and no bound; the
 * writer counts too.
 */
import type { Machine } from '../../hardware/machine.ts';
import { arrayLanes } from '../../mapping/array-shape.ts';
import { buildProgram, type Plan } from '../../mapping/plan.ts';
import { ENGINES, type Program } from '../../mapping/program.ts';
import { burstBytes, burstCycles, type DramDevice } from '../../sim/dram/device.ts';
import { policyOf } from '../../sim/dram/policy.ts';
import { phasesOf } from '../../trace/layout.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import { hasStep, type TimelineWindow } from './window.ts';

const ARRAY = ENGINES.indexOf('array');
const PICOSECONDS = 1e12;

/** Stalls of the array for each of its commands, but for those that a refresh cuts in three. */
const STALLS_PER_ARRAY_COMMAND = 1;
const STALLS_PER_REFRESH = 2;

/** Events that a timeline of this window will have, about. */
export function estimateEvents(
  manifest: TraceManifest,
  machine: Machine,
  device: DramDevice,
  plan: Plan,
  window: TimelineWindow,
): number {
  let events = 0;
  let seconds = 0;
  for (const [phase] of phasesOf(manifest)) {
    for (const step of plan.steps[phase]!) {
      if (!hasStep(window, phase, step.index)) continue;
      const program = buildProgram(manifest, plan, step, machine);
      events += eventsOf(program, machine);
      seconds += leastSeconds(program, machine, device);
    }
  }
  return Math.ceil((events + refreshes(seconds, machine, device)) * shareOf(window, seconds));
}

/** One for each command, for each channel that a transfer touches, and the stalls. */
function eventsOf(program: Program, { dram }: Machine): number {
  let events = program.length;
  for (let c = 0; c < program.length; c++) {
    const [address, bytes] = [program.address[c]!, program.bytes[c]!];
    if (program.engine[c] === ARRAY) events += STALLS_PER_ARRAY_COMMAND;
    if (bytes === 0) continue;
    const chunk = (at: number): number => Math.floor(at / dram.interleaveBytes);
    events += Math.min(dram.channels, chunk(address + bytes - 1) - chunk(address) + 1);
  }
  return events;
}

/** All bytes at the DRAM's peak, or all products on all lanes, whichever takes longer. */
function leastSeconds({ works, work, bytes }: Program, machine: Machine, device: DramDevice): number {
  const [p, q] = device.periodPs;
  const burstSeconds = (burstCycles(device) * p) / q / PICOSECONDS / machine.dram.channels;
  const products = work.reduce((sum, index) => {
    const wanted = works[index]!;
    return wanted.unit === 'array' ? sum + wanted.rows * wanted.k * wanted.n : sum;
  }, 0);
  const transferred = bytes.reduce((sum, size) => sum + size, 0);
  return Math.max(
    (transferred / burstBytes(device)) * burstSeconds,
    products / arrayLanes(machine.array) / machine.clock.hz,
  );
}

/** Refreshes, and the stalls that they cut. */
function refreshes(seconds: number, { dram }: Machine, device: DramDevice): number {
  const perBank = policyOf(dram.controller).refresh === 'bank';
  const [p, q] = device.periodPs;
  const interval = (device.timings[perBank ? 'tREFIpb' : 'tREFI']! * p) / q / PICOSECONDS;
  return (seconds / interval) * (dram.channels * device.organisation.ranks + STALLS_PER_REFRESH);
}

/** The part of `seconds` that lies between two times. */
function shareOf({ from, to }: TimelineWindow, seconds: number): number {
  const begin = from?.unit === 'time' ? from.ps / PICOSECONDS : 0;
  const end = to?.unit === 'time' ? to.ps / PICOSECONDS : Infinity;
  return from?.unit === 'time' || to?.unit === 'time' ? Math.min(1, (end - begin) / seconds) : 1;
}
