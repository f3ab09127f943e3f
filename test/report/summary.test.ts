/** Does the terminal show what the run says, compactly, with and without colour? */
import { describe, expect, test } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import { formatEnergy, formatRatio, formatTime } from '../../src/units/format.ts';
import { summarise } from '../../src/report/summary.ts';
import { aloneRun, exampleRun } from './fixture.ts';

/** The line that begins with a label, in the section of a phase. */
function lineOf(text: string, phase: string, label: string): string {
  const section = text.slice(text.indexOf(`${phase},`)).split('\n\n')[0]!;
  return section.split('\n').find((line) => line.trim().startsWith(label))!;
}

describe('summarise', () => {
  const run = exampleRun();
  const text = summarise(run, false);

  test('shows time and energy per token of both machines with the ratio, per phase', () => {
    for (const [name, phase] of [
      ['Prefill', 'prefill'],
      ['Decode', 'decode'],
    ] as const) {
      const [own, other] = [run.phases[phase]!, run.baseline!.phases[phase]!];
      const { speedup, energy_ratio: ratio } = run.comparison![phase]!;
      expect(lineOf(text, name, 'time').split(/ {2,}/).slice(2)).toEqual([
        formatTime(own.time_s),
        formatTime(other.time_s),
        formatRatio(speedup),
      ]);
      expect(lineOf(text, name, 'energy per token').split(/ {2,}/).slice(2)).toEqual([
        formatEnergy(own.energy_J / own.tokens),
        formatEnergy(other.energy_J / other.tokens),
        formatRatio(ratio),
      ]);
    }
  });

  test("prints the components' energies so that they add up to the total within their digits", () => {
    const scale: Record<string, number> = { pJ: 1e-12, nJ: 1e-9, µJ: 1e-6, mJ: 1e-3 };
    const energyOf = (line: string): number => {
      const [, value, unit] = /([\d.]+) ([pnµm]J)/.exec(line)!;
      return Number(value) * scale[unit!]!;
    };
    const parts = ['DRAM', 'DMA', 'SRAM', 'Array', 'Float unit', 'Vector unit', 'Leakage'];
    const sum = parts.reduce((total, part) => total + energyOf(lineOf(text, 'Decode', part)), 0);
    const total = energyOf(lineOf(text, 'Decode', 'energy per token'));
    expect(Math.abs(sum - total) / total).toBeLessThan(0.005);
  });

  test('names the bottleneck with the share of the time that it was busy', () => {
    expect(lineOf(text, 'Decode', 'bottleneck').split(/ {2,}/).slice(2)).toEqual([
      'DRAM',
      '79.6 %',
      'DRAM',
      '79.6 %',
    ]);
  });

  test('ends with the checks, the weakest grade that matters and the hashes', () => {
    expect(text).toContain('edge-fp16: 1,234,560 int32 outputs compared, 0 mismatches; conservation ok');
    expect(text).toContain('weakest with 5 % of decode: measured, 96.5 % (mostly dram.RD)');
    expect(text).toContain('baseline bbbbbbbbbbbb, its DRAM ffffffffffff');
  });

  test('says that a trace without values was not compared', () => {
    const checks = { functional: { compared: 0, mismatches: 0 }, conservation: 'ok' } as const;
    expect(summarise({ ...aloneRun(), checks }, false)).toContain('the trace has no values to compare');
  });

  test('shows one machine alone without ratios', () => {
    const alone = summarise(aloneRun(), false);
    expect(alone).not.toContain('ratio');
    expect(alone).not.toContain('edge-fp16');
  });

  test('stays within 100 columns with names of 20 letters', () => {
    const name = 'edge-ternary-64x32-xy';
    const wide = exampleRun({
      machine: { ...run.machine, name: name.slice(0, 20) },
      baseline: { ...run.baseline!, machine: { ...run.baseline!.machine, name: name.slice(1) } },
      energy: run.energy.map((line) => ({
        ...line,
        grade: 'published',
        action: 'sram.sram-write.accumulators',
      })),
    });
    const lines = summarise(wide, false).split('\n');
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test('is the same text in colour, and without colour has no escape sequence', () => {
    const coloured = summarise(run, true);
    expect(coloured).not.toBe(text);
    expect(stripVTControlCharacters(coloured)).toBe(text);
    expect(stripVTControlCharacters(text)).toBe(text);
  });
});
