/** Do programs take the time that one can work out by hand, on a memory of fixed latency? */
import { describe, expect, test } from 'vitest';
import { ProgramBuilder } from '../../../src/mapping/program-builder.ts';
import type { Work } from '../../../src/mapping/work.ts';
import { Clock } from '../../../src/sim/clock.ts';
import { Attribution } from '../../../src/sim/controller/attribution.ts';
import { Executor } from '../../../src/sim/controller/executor.ts';
import { FixedLatency, NS, SETUP } from './fixed-latency.ts';

/** A vector command of so many cycles: the elements stand for the cycles. */
const busy = (cycles: number) => ({ unit: 'vector', routine: 'embed', elements: cycles, groups: 0 }) as const;
const load: Work = { unit: 'load', buffer: 'weights', bufferBytes: 64, decoded: null, groups: 0 };

/** Groups stand for the stalls among the cycles. */
const stallsOf = (work: Work): number => (work.unit === 'vector' ? work.groups : 0);

function run(build: (builder: ProgramBuilder) => void): { ns: number; attribution: Attribution } {
  const builder = new ProgramBuilder();
  builder.beginOperation(0);
  build(builder);
  const program = builder.finish();
  const cycles = Float64Array.from(program.works, (work) => (work.unit === 'vector' ? work.elements : 0));
  const attribution = new Attribution(1);
  const timing = { cycles, stallCycles: Float64Array.from(program.works, stallsOf) };
  const executor = new Executor(program, timing, new FixedLatency(), new Clock(NS, 1), SETUP, attribution, 0);
  return { ns: executor.run() / NS, attribution };
}

describe('Executor', () => {
  test('a load and the work on it take set-up, latency and the work, one after the other', () => {
    const { ns } = run((b) => {
      b.addCompute('vector', busy(7), [b.addTransfer('dma.weights', load, 0, 64, [])]);
    });
    expect(ns).toBe(SETUP + 100 + 7);
  });

  test('engines without dependencies between them run side by side', () => {
    const { ns } = run((b) => {
      b.addCompute('vector', busy(30), []);
      b.addCompute('array', busy(50), []);
      b.addCompute('float', busy(40), []);
    });
    expect(ns).toBe(50);
  });

  test('an engine takes its commands in program order, even where a later one is ready first', () => {
    const { ns } = run((b) => {
      const loaded = b.addTransfer('dma.weights', load, 0, 64, []);
      b.addCompute('vector', busy(5), [loaded]);
      b.addCompute('vector', busy(5), []);
    });
    expect(ns).toBe(SETUP + 100 + 10);
  });

  test('a DMA engine issues a transfer every set-up and does not wait for the one before', () => {
    const { ns } = run((b) => {
      for (let i = 0; i < 4; i++) b.addTransfer('dma.weights', load, 64 * i, 64, []);
    });
    expect(ns).toBe(4 * SETUP + 100);
  });

  test('double buffering hides loads behind longer work: only the first one shows', () => {
    const { ns } = run((b) => {
      const done: number[] = [];
      for (let i = 0; i < 5; i++) {
        const loaded = b.addTransfer('dma.weights', load, 64 * i, 64, [done.at(-2) ?? -1]);
        done.push(b.addCompute('array', busy(150), [loaded]));
      }
    });
    expect(ns).toBe(SETUP + 100 + 5 * 150);
  });

  test('double buffering behind shorter work waits for memory: two loads in each latency', () => {
    const { ns } = run((b) => {
      const done: number[] = [];
      for (let i = 0; i < 4; i++) {
        const loaded = b.addTransfer('dma.weights', load, 64 * i, 64, [done.at(-2) ?? -1]);
        done.push(b.addCompute('array', busy(10), [loaded]));
      }
    });
    // Tiles 0 and 1 arrive at 102 and 104; tile 2 is asked for at 112, when tile 0 is done, tile 3 at 122.
    expect(ns).toBe(122 + SETUP + 100 + 10);
  });

  test('every instant is attributed once: to the array before the vector unit, to memory when nothing computes', () => {
    const { ns, attribution } = run((b) => {
      const loaded = b.addTransfer('dma.weights', load, 0, 64, []);
      b.addCompute('array', busy(20), [loaded]);
      b.addCompute('vector', busy(30), [loaded]);
    });
    expect(ns).toBe(132);
    expect(attribution.exposedPs('dram')).toBe(100 * NS);
    expect(attribution.exposedPs('dma')).toBe(SETUP * NS);
    expect(attribution.exposedPs('array')).toBe(20 * NS);
    expect(attribution.exposedPs('vector')).toBe(10 * NS);
    expect(attribution.totalPs).toBe(ns * NS);
  });

  test('the last cycles of a command that waits for ports are the memory of the chip, whatever works behind it', () => {
    const { ns, attribution } = run((b) => {
      b.addCompute('array', { ...busy(20), groups: 5 }, []);
      b.addCompute('vector', { ...busy(28), groups: 6 }, []);
    });
    expect(ns).toBe(28);
    expect(attribution.exposedPs('array')).toBe(15 * NS);
    expect(attribution.exposedPs('vector')).toBe(2 * NS);
    expect(attribution.exposedPs('sram')).toBe((5 + 6) * NS);
  });
});
