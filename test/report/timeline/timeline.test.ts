/** Does a timeline say exactly what the simulation did, in tracks that a viewer can draw, within its window and its limit? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import { microseconds } from '../../../src/report/timeline/chrome.ts';
import { Timeline, type TimelineOptions } from '../../../src/report/timeline/timeline.ts';
import { parseBound, type TimelineWindow } from '../../../src/report/timeline/window.ts';
import { loadMachineDevice } from '../../../src/sim/dram/device-file.node.ts';
import { simulate } from '../../../src/sim/simulate.ts';
import type { SimulationResult } from '../../../src/sim/result.ts';
import type { TimelineObserver } from '../../../src/sim/timeline.ts';
import { tinyTrace } from '../../trace/tiny.ts';
import { oftenRefreshed } from '../../sim/stepper/machines.ts';

interface Event {
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid?: number;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: Record<string, unknown>;
}

/** A slice in whole picoseconds. */
interface Slice {
  readonly track: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly args: Record<string, unknown>;
}

interface Drawn {
  readonly text: string;
  readonly slices: readonly Slice[];
  readonly result: SimulationResult;
}

async function draw(
  window: TimelineWindow,
  changes: Partial<TimelineOptions> & { machine?: Machine } = {},
): Promise<Drawn> {
  const trace = await tinyTrace({ decode: 3 });
  const machine = changes.machine ?? (await loadMachine('test-tiny'));
  const device = oftenRefreshed(loadMachineDevice(machine.dram), machine.dram.ranks);
  let text = '';
  const timeline = new Timeline({
    manifest: trace.manifest,
    device,
    window,
    limitBytes: Infinity,
    write: (part) => void (text += part),
    ...changes,
    machine,
  });
  const result = await simulate(trace, machine, device, { timeline });
  timeline.end();
  return { text, slices: slicesOf(text), result };
}

function slicesOf(text: string): Slice[] {
  const { traceEvents } = JSON.parse(text) as { traceEvents: Event[] };
  const name = (kind: string, pid: number, tid?: number): unknown =>
    traceEvents.find((e) => e.name === kind && e.pid === pid && e.tid === tid)?.args['name'];
  return traceEvents
    .filter(({ ph }) => ph === 'X')
    .map((event) => {
      const group = name('process_name', event.pid);
      const track = name('thread_name', event.pid, event.tid);
      expect([typeof group, typeof track]).toEqual(['string', 'string']);
      const [from, dur] = [Math.round(event.ts * 1e6), Math.round(event.dur * 1e6)];
      return { track: `${group}/${track}`, name: event.name, from, to: from + dur, args: event.args };
    });
}

const lasting = (slices: readonly Slice[]): number =>
  slices.reduce((sum, { from, to }) => sum + to - from, 0);

const token = (index: number) => parseBound(`token ${index}`);
/** What a run is refused with, or nothing. */
const refused = (limitBytes: number): Promise<string> =>
  draw({}, { limitBytes }).then(
    () => '',
    (error: Error) => error.message,
  );
const key = ({ track, name, from, to }: Slice): string => `${track} ${name} ${from} ${to}`;

test('picoseconds are written as microseconds to the last digit', () => {
  expect([0, 1, 625, 1_000_000, 1_500_000, 3_286_774_375].map(microseconds)).toEqual([
    '0',
    '0.000001',
    '0.000625',
    '1',
    '1.5',
    '3286.774375',
  ]);
});

describe('a whole run', async () => {
  const { slices, result, text } = await draw({});
  const [prefill, decode] = result.phases;
  const of = (track: string): Slice[] => slices.filter((slice) => slice.track === `test-tiny/${track}`);
  const end = prefill!.timePs + decode!.timePs;

  test('has a slice for the prompt and for each token, the phases one after the other', () => {
    expect(of('steps').map(({ name }) => name)).toEqual(['prompt', 'token 0', 'token 1', 'token 2']);
    expect(of('steps')[1]!.from).toBe(prefill!.timePs);
    expect(slices.every(({ from, to }) => from >= 0 && to <= end)).toBe(true);
  });

  test('shows the array at work and what it waited for: with the waits by cause of the result, the whole time', () => {
    const waits = of('array waits for');
    for (const cause of ['weights', 'activations', 'output', 'kv', 'refresh', 'dependency'] as const) {
      const stalls = prefill!.arrayStallsPs![cause] + decode!.arrayStallsPs![cause];
      expect(lasting(waits.filter(({ name }) => name === cause)), cause).toBe(stalls);
    }
    expect(lasting(waits) + lasting(of('array'))).toBe(end);
  });

  test('gives commands their operation, layer and shape', () => {
    const first = of('array')[0]!;
    expect(first.name).toBe('layers.0.q_proj');
    expect(first.args).toEqual({ layer: 0, rows: 5, k: 32, n: expect.any(Number), accumulate: false });
    expect(of('vector').some(({ args }) => args['routine'] === 'softmax')).toBe(true);
    expect(of('float').every(({ args }) => Number(args['multiply_adds']) > 0)).toBe(true);
  });

  test('shows every byte that was asked of the DRAM and every refresh', () => {
    const moved = ['dma.weights', 'dma.stream', 'dma.store'].flatMap(of);
    const asked = moved.reduce((sum, { args }) => sum + Number(args['dram_bytes']), 0);
    const bursts = result.phases.reduce((sum, { dram }) => sum + dram.readBytes + dram.writeBytes, 0);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(bursts);
    const refreshes = slices.filter(({ name }) => name === 'REF');
    expect(refreshes).toHaveLength(prefill!.dram.ref + decode!.dram.ref);
    expect(refreshes.length).toBeGreaterThan(2);
  });

  test('has no two slices of one track that overlap', () => {
    for (const track of new Set(slices.map((slice) => slice.track))) {
      const list = slices.filter((slice) => slice.track === track);
      const sorted = list.toSorted((a, b) => a.from - b.from || a.to - b.to);
      const wrong = sorted.filter((slice, i) => i > 0 && slice.from < sorted[i - 1]!.to);
      expect(wrong, track).toEqual([]);
    }
  });

  test('has none to a viewer that adds microseconds as doubles either', () => {
    const { traceEvents } = JSON.parse(text) as { traceEvents: Event[] };
    const bars = traceEvents.filter(({ ph }) => ph === 'X').toSorted((a, b) => a.ts - b.ts || a.dur - b.dur);
    const ends = new Map<string, number>();
    const wrong = bars.filter(({ pid, tid, ts, dur }) => {
      const before = ends.get(`${pid} ${tid}`) ?? 0;
      ends.set(`${pid} ${tid}`, ts + dur);
      return ts < before;
    });
    expect(wrong).toEqual([]);
  });

  test('is the same bytes again', async () => {
    expect((await draw({})).text).toBe(text);
  });
});

describe('a window', () => {
  test('of tokens has those tokens whole and nothing else', async () => {
    const whole = await draw({});
    const { slices } = await draw({ from: token(1), to: token(1) });
    const step = whole.slices.find(({ name }) => name === 'token 1')!;
    const inside = whole.slices.filter(
      ({ from, to, name }) => from >= step.from && to <= step.to && name !== 'REF',
    );
    const shown = new Set(slices.map(key));
    expect(inside.filter((slice) => slice.from > step.from && !shown.has(key(slice)))).toEqual([]);
    expect(slices.filter(({ from, to }) => to < step.from || from > step.to)).toEqual([]);
  });

  test('of time has all that reaches into it', async () => {
    const [from, to] = ['2 us', '3.5 us'].map(parseBound);
    const whole = await draw({});
    const { slices } = await draw({ from, to });
    const inside = whole.slices.filter((slice) => slice.to > 2e6 && slice.from < 3.5e6);
    expect(slices.length).toBeGreaterThan(10);
    expect(inside.every((slice) => slices.some((other) => other.from === slice.from))).toBe(true);
    expect(slices.every((slice) => slice.to >= 2e6 && slice.from < 3.5e6)).toBe(true);
  });

  test('begins with a token and ends at a time where one says so', async () => {
    const { slices } = await draw({ from: token(2), to: parseBound('1 s') });
    expect(slices.filter(({ track }) => track.endsWith('/steps')).map(({ name }) => name)).toEqual([
      'token 2',
    ]);
  });

  test.each([
    [{ from: '3 us', to: '2 us' }, /empty/],
    [{ from: 'token 2', to: 'token 1' }, /empty/],
    [{ from: 'token 3' }, /no such token.*token 0 to token 2/s],
  ])('%j is refused', async (bounds, message) => {
    const window = Object.fromEntries(Object.entries(bounds).map(([end, text]) => [end, parseBound(text)]));
    await expect(draw(window)).rejects.toThrow(message);
  });

  test('is refused where a bound is neither a time nor a token', () => {
    expect(() => parseBound('3')).toThrow(/UNIT_SYNTAX|number, one space and a unit/);
    expect(() => parseBound('3 GHz')).toThrow(/time/);
  });
});

describe('the size', () => {
  test('is forecast within a third, before anything is simulated', async () => {
    const { text } = await draw({});
    expect(await refused(text.length * 1.34)).toBe('');
    expect(await refused(text.length * 0.66)).toMatch(/about [\d,]+ events.*--force/s);
  });

  test('is held to while writing, too', async () => {
    let written = 0;
    const trace = await tinyTrace();
    const machine = await loadMachine('test-tiny');
    const device = loadMachineDevice(machine.dram);
    const timeline = new Timeline({
      manifest: trace.manifest,
      machine,
      device,
      window: {},
      limitBytes: 10_000,
      write: (text) => void (written += text.length),
    });
    const unasked: TimelineObserver = {
      plan: () => {},
      phase: (phase, beginPs) => timeline.phase(phase, beginPs),
      step: (record) => timeline.step(record),
      flush: () => {},
    };
    await expect(simulate(trace, machine, device, { timeline: unasked })).rejects.toThrow(
      /more events than forecast/,
    );
    expect(written).toBeGreaterThan(9000);
    expect(written).toBeLessThanOrEqual(10_000);
  });
});
