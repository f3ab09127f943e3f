/** Random request streams that meet in few banks and rows, and what a policy made of one, in the plain form's words. */
import * as fc from 'fast-check';
import type { DramSystemConfig } from '../../../../src/hardware/machine.ts';
import { burstBytes, channelBytes, type DramDevice } from '../../../../src/sim/dram/device.ts';
import type { RequestList } from '../../../../src/sim/dram/replay.ts';
import { runTrace } from '../../../../src/sim/dram/trace-run.ts';
import { newOutcome, type Outcome } from './replay.ts';

export interface Stream {
  readonly list: RequestList;
  readonly issueWidth: number;
}

/** One run of requests of a stream: where, how far apart, how many, how often a write, after what pause. */
const PIECE = fc.record({
  base: fc.nat(7),
  stride: fc.constantFrom(0, 1, 2, 16, 64, 129, 4096, 65_537),
  count: fc.integer({ min: 1, max: 60 }),
  writes: fc.constantFrom(0, 1, 3, 4),
  pause: fc.constantFrom(0, 0, 0, 1, 40, 3000),
});

/** Streams over the whole channel; `apart` bytes lie between bases. */
export function streams(device: DramDevice, apart: number): fc.Arbitrary<Stream> {
  const unit = burstBytes(device);
  const capacity = channelBytes(device);
  return fc
    .record({
      pieces: fc.array(PIECE, { minLength: 1, maxLength: 6 }),
      issueWidth: fc.constantFrom(1, 2, 8),
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      scatter: fc.constantFrom(0, 8, 4096, 2 ** 22),
    })
    .map(({ pieces, issueWidth, seed, scatter }) => {
      let x = seed;
      const draw = (below: number) => {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        return (x >>> 0) % below;
      };
      let now = 0;
      const items = pieces.flatMap(({ base, stride, count, writes, pause }) => {
        now += pause;
        return Array.from({ length: count }, (_, i) => ({
          address: (base * apart * 1025 + (i * stride + (scatter > 0 ? draw(scatter) : 0)) * unit) % capacity,
          write: draw(4) < writes ? 1 : 0,
          cycle: now,
        }));
      });
      const list = {
        length: items.length,
        address: Float64Array.from(items, ({ address }) => address),
        write: Uint8Array.from(items, ({ write }) => write),
        cycle: Float64Array.from(items, ({ cycle }) => cycle),
      };
      return { list, issueWidth };
    });
}

/** Runs the policy of `config`. */
export function policyOutcome(
  device: DramDevice,
  config: DramSystemConfig,
  list: RequestList,
  issueWidth: number,
): PolicyOutcome {
  const commands = Array.from({ length: config.channels }, (): string[] => []);
  const run = runTrace(device, config, list, issueWidth, {
    onCommand: (channel, ...command) => commands[channel]!.push(command.join(' ')),
  });
  const reads = run.readLatencies.reduce((sum, [, count]) => sum + count, 0);
  const { merged, forwarded, rowHits } = run.counts;
  const latency = Math.round((run.meanReadLatency ?? 0) * reads);
  return { commands, latency, merged, forwarded, rowHits };
}

export interface PolicyOutcome extends Pick<Outcome, 'latency' | 'merged' | 'forwarded' | 'rowHits'> {
  /** By channel. */
  readonly commands: readonly (readonly string[])[];
}

/** The same of plain controllers. */
export function summed(outcomes: readonly Outcome[]): PolicyOutcome {
  const sum = newOutcome();
  for (const { latency, merged, forwarded, rowHits } of outcomes) {
    sum.latency += latency;
    sum.merged += merged;
    sum.forwarded += forwarded;
    sum.rowHits += rowHits;
  }
  const { latency, merged, forwarded, rowHits } = sum;
  return { commands: outcomes.map(({ commands }) => commands), latency, merged, forwarded, rowHits };
}
