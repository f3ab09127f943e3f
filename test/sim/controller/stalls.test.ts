/** Is every idle instant of the array given to the cause that one would name, once, and do the causes add up? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TritsimError } from '../../../src/errors/error.ts';
import { planTrace } from '../../../src/mapping/plan.ts';
import { ProgramBuilder } from '../../../src/mapping/program-builder.ts';
import { DMA_ENGINES, ENGINES, type Program } from '../../../src/mapping/program.ts';
import type { Work } from '../../../src/mapping/work.ts';
import { Clock } from '../../../src/sim/clock.ts';
import { Attribution } from '../../../src/sim/controller/attribution.ts';
import { Executor } from '../../../src/sim/controller/executor.ts';
import { stallsOf, type Stall } from '../../../src/sim/controller/stalls.ts';
import { ChannelLog } from '../../../src/sim/dram/channel-log.ts';
import { REF } from '../../../src/sim/dram/commands.ts';
import { loadDevice } from '../../../src/sim/dram/device-file.node.ts';
import { simulate } from '../../../src/sim/simulate.ts';
import type { StepRecord, TimelineObserver } from '../../../src/sim/timeline.ts';
import { tinyTrace } from '../../trace/tiny.ts';
import { machines, traces } from '../stepper/machines.ts';
import { check } from '../stepper/support.ts';
import { FixedLatency, NS, SETUP } from './fixed-latency.ts';

const device = loadDevice('LPDDR4-3200');
const dramClock = new Clock(...device.periodPs);
const REFRESH_NS = (device.timings['tRFC']! * device.periodPs[0]) / device.periodPs[1] / NS;

const tile: Work = { unit: 'array', rows: 1, k: 8, n: 8, accumulate: false };
const vector = (routine: 'norm' | 'quantize' | 'dequantize'): Work => ({
  unit: 'vector',
  routine,
  elements: 8,
  groups: 0,
});
const float: Work = {
  unit: 'float',
  multiplyAdds: 8,
  operandReads: 8,
  operandBits: 16,
  activationReads: 8,
  results: 8,
};
const load = (buffer: 'weights' | 'operands' | 'activations'): Work => ({
  unit: 'load',
  buffer,
  bufferBytes: 64,
  decoded: null,
  groups: 0,
});

/** Nanoseconds by cause. Array commands take 10 ns, vector commands 7, float commands 20; a transfer 2 + 100. */
function stalls(build: (builder: ProgramBuilder) => void, channels = log()): Record<string, number> {
  const builder = new ProgramBuilder();
  builder.beginOperation(0);
  build(builder);
  const program = builder.finish();
  const lasting = { array: 10, vector: 7, float: 20, load: 0, store: 0 } as const;
  const cycles = Float64Array.from(program.works, ({ unit }) => lasting[unit]);
  const timing = { cycles, stallCycles: new Float64Array(program.works.length) };
  const clock = new Clock(NS, 1);
  const executor = new Executor(program, timing, new FixedLatency(), clock, SETUP, new Attribution(1), 0);
  const end = executor.run();
  return sumsOf(stallsOf(program, executor.schedule, channels, 0, end));
}

function sumsOf(list: readonly Stall[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { cause, fromPs, toPs } of list) sums[cause] = (sums[cause] ?? 0) + (toPs - fromPs) / NS;
  return sums;
}

/** A log in which transfer 0 has parts in two channels, done at 102 ns, and each channel's refresh begins at these times, ns. */
function log(...refreshes: readonly [] | readonly [number, number]): ChannelLog {
  const channels = new ChannelLog(device, 2, dramClock);
  channels.begin(16, 0);
  const cycleAt = (ns: number): number => dramClock.edgeAtOrAfter(ns * NS);
  refreshes.forEach((ns, channel) => {
    channels.part(channel, 0, cycleAt(102));
    channels.refresh(channel, REF, 0, cycleAt(ns));
  });
  return channels;
}

function buildTile(b: ProgramBuilder): void {
  b.addCompute('array', tile, [b.addTransfer('dma.weights', load('weights'), 0, 64, [])]);
}

describe('what the array waits for', () => {
  test('a load of weights, set-up and all; then the end of the step behind it', () => {
    const found = stalls((b) => {
      const computed = b.addCompute('array', tile, [
        b.addTransfer('dma.weights', load('weights'), 0, 64, []),
      ]);
      b.addCompute('vector', vector('dequantize'), [computed]);
    });
    expect(found).toEqual({ weights: 102, dependency: 7 });
  });

  test('its inputs: the last vector command makes activations, what comes before that one is a dependency', () => {
    const found = stalls((b) => {
      const scores = b.addCompute('float', float, []);
      const norm = b.addCompute('vector', vector('norm'), [scores]);
      b.addCompute('array', tile, [b.addCompute('vector', vector('quantize'), [norm])]);
    });
    expect(found).toEqual({ dependency: 27, activations: 7 });
  });

  test('of weights and inputs that are both late, what ends last', () => {
    const found = stalls((b) => {
      const weights = b.addTransfer('dma.weights', load('weights'), 0, 64, []);
      const quantized = b.addCompute('vector', vector('quantize'), []);
      b.addCompute('array', tile, [weights, quantized]);
    });
    expect(found).toEqual({ weights: 102 });
  });

  test('keys and values, through the float unit that needs them', () => {
    const found = stalls((b) => {
      const keys = b.addTransfer('dma.stream', load('operands'), 0, 64, []);
      const attended = b.addCompute('float', float, [keys]);
      b.addCompute('array', tile, [b.addCompute('vector', vector('quantize'), [attended])]);
    });
    expect(found).toEqual({ kv: 102, dependency: 20, activations: 7 });
  });

  test('rows of the embedding are activations', () => {
    const found = stalls((b) => {
      const row = b.addTransfer('dma.stream', load('activations'), 0, 64, []);
      b.addCompute('array', tile, [b.addCompute('vector', vector('quantize'), [row])]);
    });
    expect(found).toEqual({ activations: 109 });
  });

  test('an accumulator slot that has to be emptied, and a result on its way to memory at the end', () => {
    const found = stalls((b) => {
      const first = b.addCompute('array', tile, []);
      const drained = b.addCompute('vector', vector('dequantize'), [first]);
      const second = b.addCompute('array', tile, [drained]);
      b.addTransfer('dma.store', { unit: 'store', buffer: 'activations', bufferBytes: 64 }, 0, 64, [second]);
    });
    expect(found).toEqual({ output: 7 + 102 });
  });

  test('refresh, while both channels that have something left of the transfer are in it', () => {
    expect(REFRESH_NS).toBeGreaterThan(102);
    expect(stalls(buildTile, log(40, 60))).toEqual({ weights: 60, refresh: 42 });
    const late = log(40, 60);
    late.part(0, 0, dramClock.edgeAtOrAfter(80 * NS));
    expect(stalls(buildTile, late)).toEqual({ weights: 60, refresh: 42 });
    late.part(1, 0, dramClock.edgeAtOrAfter(50 * NS));
    // From 40 to 50 channel 1 still serves; from 50 to 80 only channel 0 has something left, and refreshes.
    expect(stalls(buildTile, late)).toEqual({ weights: 72, refresh: 30 });
  });
});

/** [from, to) of every array command and every stall of a step, in order of time. */
function cover({ program, schedule, stalls: list }: StepRecord): [number, number][] {
  const array = ENGINES.indexOf('array');
  const commands = indices(program).filter((c) => program.engine[c] === array);
  return [
    ...commands.map((c): [number, number] => [schedule.startPs[c]!, schedule.finishPs[c]!]),
    ...list.map(({ fromPs, toPs }): [number, number] => [fromPs, toPs]),
  ].toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
}

const indices = ({ length }: Program): number[] => Array.from({ length }, (_, i) => i);

test('on random machines and models commands and stalls cover each step without a gap or an overlap, and all refreshes are seen', async () => {
  let waited = 0;
  await check(fc.tuple(machines, traces), 60, async ([{ machine, device: dram }, options]) => {
    const trace = await tinyTrace(options);
    try {
      planTrace(trace.manifest, machine);
    } catch (error) {
      if (error instanceof TritsimError && error.code.startsWith('MAPPING_')) return;
      throw error;
    }
    let refreshes = 0;
    const timeline: TimelineObserver = {
      plan: () => {},
      phase: () => {},
      step: (record) => {
        let now = record.fromPs;
        for (const [from, to] of cover(record)) {
          expect(from).toBe(now);
          now = to;
        }
        expect(now).toBe(record.toPs);
        const { program, schedule, channels } = record;
        for (const c of indices(program).filter((i) => program.engine[i]! < DMA_ENGINES)) {
          const ends = Array.from({ length: channels.channels }, (_, i) => channels.partEndPs(c, i));
          expect(Math.max(...ends)).toBeLessThanOrEqual(schedule.finishPs[c]!);
        }
        refreshes += [...channels.refreshes()].length;
      },
      flush: (_from, _to, late) => void (refreshes += [...late].length),
    };
    const { phases } = await simulate(trace, machine, dram, { timeline });
    expect(refreshes).toBe(phases.reduce((sum, { dram: { ref, refpb } }) => sum + ref + refpb, 0));
    waited += phases.reduce((sum, { arrayStallsPs }) => sum + arrayStallsPs!.refresh, 0);
  });
  expect(waited).toBeGreaterThan(0);
});
