/** Does the energy figure show the run's energies, to scale, and could it be printed? */
import { csvParse } from 'd3';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/analysis/run.ts';
import { COMPONENT_ORDER, componentEnergy } from '../../../src/report/components.ts';
import {
  energyByComponent,
  selectEnergyByComponent,
} from '../../../src/report/figures/energy-by-component.ts';
import { fitLabel } from '../../../src/report/labels.ts';
import { aloneRun, exampleRun } from '../fixture.ts';
import { Picture } from './picture.ts';

const run = exampleRun();

/** The run with both machines renamed and every energy of the machine's phases multiplied. */
function changed(name: string, factor: number): Run {
  const scaled = <P extends Run['phases']['prefill'] & object>(phase: P): P => ({
    ...phase,
    energy_J: phase.energy_J * factor,
    components: phase.components.map((part) => ({ ...part, energy_J: part.energy_J * factor })),
  });
  const ratio = { ...run.comparison!.decode!, speedup: 1, energy_ratio: 1 / factor };
  return exampleRun({
    machine: { ...run.machine, name },
    phases: { prefill: scaled(run.phases.prefill!), decode: scaled(run.phases.decode!) },
    comparison: { ...run.comparison!, match: 'area', prefill: ratio, decode: ratio },
  });
}

describe('selectEnergyByComponent', () => {
  test('gives joules per token, whose parts add up to the total', () => {
    const groups = selectEnergyByComponent([run]);
    expect(groups.map(({ phase, bars }) => [phase, bars.map((bar) => bar.machine)])).toEqual([
      ['prefill', ['edge-ternary', 'edge-fp16']],
      ['decode', ['edge-ternary', 'edge-fp16']],
    ]);
    for (const { phase, bars } of groups) {
      expect(bars[0]!.total).toBe(run.phases[phase]!.energy_J / run.phases[phase]!.tokens);
      for (const bar of bars) {
        expect(bar.parts.reduce((sum, part) => sum + part.energy, 0)).toBeCloseTo(bar.total, 15);
      }
    }
  });

  test("takes the ratio from the run's comparison and gives it to the machine alone", () => {
    const [, decode] = selectEnergyByComponent([run]);
    expect(decode!.bars.map((bar) => bar.ratio)).toEqual([run.comparison!.decode!.energy_ratio, undefined]);
  });

  test('has one bar where there is no baseline, and one group where there is one phase', () => {
    const { prefill: _prefill, ...phases } = aloneRun().phases;
    const groups = selectEnergyByComponent([{ ...aloneRun(), phases }]);
    expect(groups.map(({ phase, bars }) => [phase, bars.length])).toEqual([['decode', 1]]);
  });
});

test('several runs of one machine are told apart by the number of the run, which the caption explains', () => {
  const other = exampleRun({ trace: { ...run.trace, name: 'other.safetensors' } });
  const { svg, caption, csv } = energyByComponent([run, other, aloneRun()], 1);
  const texts = new Picture(svg).texts().map(({ text }) => text);
  const names = ['edge-ternary (run 1)', 'edge-fp16 (run 1)', 'edge-ternary (run 2)', 'edge-ternary (run 3)'];
  expect(texts).toEqual(expect.arrayContaining(names));
  expect(new Set(csvParse(csv).map(({ machine }) => machine)).size).toBe(5);
  expect(caption).toContain(
    `Runs as they were given: run 1 of ${run.trace.name}, run 2 of other.safetensors`,
  );
  expect(energyByComponent([run]).caption).not.toContain('Runs');
});

test('a long name is cut before the number of its run', () => {
  const label = `${'a'.repeat(50)} (run 12)`;
  expect(fitLabel(label, 7.5, 90)).toMatch(/^a{5,20}… \(run 12\)$/);
});

describe('the picture', () => {
  const picture = new Picture(energyByComponent([run]).svg);

  test.each(['prefill', 'decode'] as const)(
    "draws %s's bars as long as their energies, end to end",
    (phase) => {
      const bars = picture.rects(`#energy-by-component-${phase} .bar`);
      const machines = [run, run.baseline!].map((machine) => machine.phases[phase]!);
      const expected = machines.flatMap((own) =>
        COMPONENT_ORDER.map((name) => ({
          role: `bar ${name}`,
          energy: componentEnergy(own, name) / own.tokens,
        })),
      );
      expect(bars.map((bar) => bar.role)).toEqual(expected.map(({ role }) => role));
      const drawn = bars.reduce((sum, bar) => sum + bar.width, 0);
      const energy = expected.reduce((sum, part) => sum + part.energy, 0);
      for (const [i, bar] of bars.entries()) {
        expect(Math.abs(bar.width - (expected[i]!.energy / energy) * drawn)).toBeLessThan(0.03);
        if (i % COMPONENT_ORDER.length > 0) expect(bar.x).toBeCloseTo(bars[i - 1]!.x + bars[i - 1]!.width, 1);
      }
    },
  );

  test('draws every share bar across the whole of its axis', () => {
    for (const phase of ['prefill', 'decode']) {
      const shares = picture.rects(`#energy-by-component-${phase} .share`);
      const widths = new Map<number, number>();
      for (const { y, width } of shares) widths.set(y, (widths.get(y) ?? 0) + width);
      const [first, second] = [...widths.values()];
      expect(first).toBeCloseTo(second!, 0);
    }
  });

  test('prints totals and the ratio', () => {
    const texts = picture.texts().map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['437 µJ, 2.05× less', '897 µJ', 'Energy per token (µJ)', 'Share (%)']),
    );
  });

  test('has its numbers beside it as CSV', () => {
    const rows = csvParse(energyByComponent([run]).csv);
    const expected = selectEnergyByComponent([run]).flatMap(({ bars }) =>
      bars.flatMap((bar) => bar.parts.map((part) => part.energy)),
    );
    expect(rows.map((row) => Number(row['energy_per_token_J']))).toEqual(expected);
  });

  test('says "more" where the machine is worse', () => {
    const texts = new Picture(energyByComponent([changed('worse', 50)]).svg).texts().map(({ text }) => text);
    expect(texts).toContain('21.9 mJ, 50.0× more');
  });

  test('keeps every text on the sheet and apart from the others, whatever the names and sizes', () => {
    const names = fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom(...'aWm-_10 é語') });
    fc.assert(
      fc.property(names, fc.double({ min: -9, max: 4, noNaN: true }), (name, exponent) => {
        const drawn = new Picture(energyByComponent([changed(name, 10 ** exponent)]).svg);
        expect(drawn.outside()).toEqual([]);
        expect(drawn.overlaps()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
