import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dramEnergy } from '../../../src/energy/dram.ts';
import { runTrace } from '../../../src/sim/dram/trace-run.ts';
import { dramsim3Variant } from './parity.ts';
import { patternRequests } from './patterns.ts';

const text = readFileSync(new URL('../../fixtures/dram/dramsim3.csv', import.meta.url), 'utf8');
const [head, ...lines] = text
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const golden = lines.map((line) => Object.fromEntries(line.map((value, i) => [head![i]!, value])));
const names = [...new Set(golden.map((row) => row['device']!))];

describe.each(names)(
  'policy dramsim3 equals DRAMsim3 in cycles, commands, row hits and latency: %s',
  (name) => {
    const { device, config } = dramsim3Variant(name);

    test.each(golden.filter((row) => row['device'] === name))('$pattern', (row) => {
      const number = (column: string) => Number(row[column]);
      const requests = patternRequests(row['pattern']!, number('unit_bytes'));
      const { counts, ...run } = runTrace(device, config, requests, number('issue_width'));
      expect({ ...counts, cycles: run.cycles, left: run.writesNeverIssued }).toMatchObject({
        cycles: number('total_cycles'),
        act: number('act'),
        pre: number('pre'),
        rd: number('rd'),
        wr: number('wr'),
        ref: number('ref'),
        left: number('writes_never_issued'),
        rowHits: number('read_row_hits') + number('write_row_hits'),
        activeStandbyCycles: number('rank_active_cycles'),
      });
      if (run.meanReadLatency !== null) {
        // The golden has four decimals.
        expect(run.meanReadLatency).toBeCloseTo(number('avg_read_latency_cycles'), 3);
      }
      // The LPDDR4 file of DRAMsim3 carries a DDR4 part's currents, so ours has none.
      const { total } = dramEnergy(device, counts);
      if (total !== null) expect(total / number('e_total_pJ')).toBeCloseTo(1, 9);
    });
  },
);
