import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DramSystemConfig } from '../../../src/hardware/machine.ts';
import { DramSystem } from '../../../src/sim/dram/system.ts';
import { parseTrace } from '../../../src/sim/dram/trace-file.ts';
import { runTrace } from '../../../src/sim/dram/trace-run.ts';
import { GROUPED, LINEAR, deviceNamed } from './support.ts';

const parse = (text: string) => parseTrace(new TextEncoder().encode(text), 'x.trace');

const config: DramSystemConfig = {
  device: 'DDR4-3200',
  channels: 1,
  interleaveBytes: 64,
  mapping: LINEAR,
  controller: { policy: 'default', readQueue: 32, writeQueue: 32, page: 'open' },
};

describe('an address trace', () => {
  test('is read back as it was written', () => {
    const requests = fc.array(fc.tuple(fc.nat({ max: 2 ** 40 }), fc.boolean(), fc.nat({ max: 1e12 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(requests, fc.constantFrom('\n', '\r\n'), (list, newline) => {
        const text = list.map(
          ([a, w, c]) => `0x${a.toString(16).toUpperCase()} ${w ? 'WRITE' : 'READ'} ${c}`,
        );
        const trace = parse(text.join(newline) + newline);
        expect(trace.length).toBe(list.length);
        for (const [i, [address, write, cycle]] of list.entries()) {
          expect([trace.address[i], trace.write[i] === 1, trace.cycle[i]]).toEqual([address, write, cycle]);
        }
      }),
    );
  });

  test.each([
    '40 READ 0',
    '0x40 READ',
    '0x40 READ x',
    '0x40 LOAD 0',
    '0x READ 0',
    '0x40READ 0',
    '0x4 READ 1 2',
  ])('with the line %s is refused with its number', (line) => {
    expect(() => parse(`0x0 READ 0\n\n${line}\n`)).toThrow(/line 3.*READ\|WRITE/);
  });

  test('without a request is refused', () => {
    expect(() => parse('\n')).toThrow(/no request/);
  });

  test('reports one read: 49 cycles, an ACT and a RD', () => {
    const run = runTrace(deviceNamed('DDR4-3200'), config, parse('0x40 READ 0\n'), 1);
    expect(run).toMatchObject({ cycles: 49, nanoseconds: 30.625, meanReadLatency: 49, writesNeverIssued: 0 });
    expect(run.counts).toMatchObject({ act: 1, rd: 1, pre: 0, wr: 0, rowHits: 0, readBytes: 64 });
    expect(run.readLatencies).toEqual([[48, 1]]);
  });

  test('with an address beyond the memory is refused', () => {
    const beyond = parse(`0x0 READ 0\n0x${(2 ** 34).toString(16)} READ 0\n`);
    expect(() => runTrace(deviceNamed('DDR4-3200'), config, beyond, 1)).toThrow(/request 2.*0x400000000/);
  });

  test('accepts more requests in a cycle where the front end is wider, with channels in parallel', () => {
    const text = Array.from({ length: 64 }, (_, i) => `0x${(i * 64).toString(16)} READ 0`).join('\n');
    const wide = { ...config, channels: 8 };
    const cycles = (width: number) => runTrace(deviceNamed('DDR4-3200'), wide, parse(text), width).cycles;
    expect(cycles(8)).toBeLessThan(cycles(1));
  });
});

test('the requests that a system accepted, replayed, end in the same cycle with the same commands', () => {
  const device = deviceNamed('LPDDR4-3200');
  const two = { ...config, device: device.name, channels: 2, interleaveBytes: 256, mapping: GROUPED };
  const lines: string[] = [];
  const system = new DramSystem(device, two, 2, (address, write, cycle) =>
    lines.push(`0x${address.toString(16)} ${write ? 'WRITE' : 'READ'} ${cycle}`),
  );
  system.submit(0, 0, 0, 20_000, false, 0);
  system.submit(1, 1, 2 ** 24, 9_000, true, 3_000_000);
  while (system.advance(Infinity) >= 0);
  const end = system.flush(system.completedAtPs);
  const counts = system.counts(end);
  const run = runTrace(device, two, parse(lines.join('\n')), 2);
  expect(run.counts).toEqual(counts);
});
