/** Does the time figure show the run's times, to scale, and could it be printed? */
import { csvParse } from 'd3';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROJECTIONS } from '../../../src/model/shape.ts';
import { selectTimeByOperation, timeByOperation } from '../../../src/report/figures/time-by-operation.ts';
import { aloneRun, exampleRun } from '../fixture.ts';
import { Picture } from './picture.ts';

const run = exampleRun();

describe('selectTimeByOperation', () => {
  test('has a row per projection and one per other kind, in the order in which a token meets them', () => {
    const [prefill] = selectTimeByOperation(run);
    const operations = prefill!.rows.map((row) => row.operation);
    expect(operations.slice(0, 4)).toEqual(['embedding', 'norm', 'quantize', 'q_proj']);
    expect(operations.at(-1)).toBe('head');
    expect(operations.filter((name) => name.endsWith('_proj'))).toEqual([...PROJECTIONS]);
  });

  test("adds up to each machine's time per token", () => {
    for (const { phase, rows } of selectTimeByOperation(run)) {
      for (const [i, { phases }] of [run, run.baseline!].entries()) {
        const sum = rows.reduce((total, row) => total + row.times[i]!, 0);
        expect(sum).toBeCloseTo(phases[phase]!.time_s / phases[phase]!.tokens, 15);
      }
    }
  });

  test('counts an operation that only one machine has as no time of the other', () => {
    const decode = run.phases.decode!;
    const extra = { ...decode.operations[0]!, name: 'extra', kind: 'extra' };
    const phases = { decode: { ...decode, operations: [...decode.operations, extra] } };
    const rows = selectTimeByOperation(exampleRun({ phases }))[0]!.rows;
    expect(rows.find((row) => row.operation === 'extra')!.times).toEqual([extra.time_s / decode.tokens, 0]);
  });
});

describe('the picture', () => {
  const figure = timeByOperation(run);
  const example = new Picture(figure.svg);

  test.each([0, 1])('draws the bars of group %d as long as their times', (index) => {
    const { phase, rows } = selectTimeByOperation(run)[index]!;
    const widths = example.rects(`#time-by-operation-${phase} .bar`).map((bar) => bar.width);
    const times = rows.flatMap((row) => row.times);
    const pointsPerSecond = Math.max(...widths) / Math.max(...times);
    expect(widths).toHaveLength(times.length);
    for (const [i, width] of widths.entries()) {
      expect(Math.abs(width - times[i]! * pointsPerSecond)).toBeLessThan(0.02);
    }
  });

  test('prints every row once, both machines and the unit', () => {
    const texts = example.texts().map(({ text }) => text);
    for (const { operation } of selectTimeByOperation(run)[0]!.rows) {
      expect(texts.filter((text) => text === operation)).toHaveLength(1);
    }
    expect(texts).toEqual(expect.arrayContaining(['edge-ternary', 'edge-fp16', 'Time per token (µs)']));
  });

  test('has its numbers beside it as CSV', () => {
    const rows = csvParse(figure.csv);
    const expected = selectTimeByOperation(run).flatMap(({ rows: groupRows }) =>
      groupRows.flatMap((row) => row.times),
    );
    expect(rows.map((row) => Number(row['time_per_token_s']))).toEqual(expected);
  });

  test('keeps every text on the sheet and apart from the others, whatever the names and times', () => {
    const name = fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom(...'aWm-_10 é語') });
    const time = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e3, noNaN: true }));
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(time, { minLength: 1, maxLength: 20 }),
        (machine, operation, times) => {
          const decode = run.phases.decode!;
          const operations = times.map((time_s, i) => ({
            ...decode.operations[0]!,
            kind: `${i}${operation}`,
            time_s,
          }));
          const drawn = timeByOperation({
            ...aloneRun(),
            machine: { ...run.machine, name: machine },
            phases: { decode: { ...decode, operations } },
          });
          const picture = new Picture(drawn.svg);
          expect(picture.outside()).toEqual([]);
          expect(picture.overlaps()).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
