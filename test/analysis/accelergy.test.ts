/**
 * Question: does what Accelergy's parsers need stand in the exported files, and is its sum over counts × ERT our energy?
 * The keys are those that raw_inputs_2_dicts.py and ERT_generator.py of Accelergy v0.4 ask for.
 */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { accelergyFiles } from '../../src/analysis/accelergy.ts';
import { exampleRun } from '../report/fixture.ts';

interface Table {
  readonly name: string;
  readonly actions: readonly { readonly name: string; readonly arguments: object; readonly energy: number }[];
}
interface Counts {
  readonly name: string;
  readonly action_counts: readonly { readonly name: string; readonly counts: number }[];
}

const run = exampleRun();
const files = new Map([...accelergyFiles(run)].map(([name, text]) => [name, parse(text)]));
const ert: { version: number; tables: readonly Table[] } = files.get('ERT.yaml').ERT;

describe('the export to Accelergy', () => {
  it('has the tables and one file of counts a phase', () => {
    expect([...files.keys()]).toEqual([
      'ERT.yaml',
      'ART.yaml',
      'prefill.action_counts.yaml',
      'decode.action_counts.yaml',
    ]);
  });

  it.each(['prefill', 'decode'] as const)(
    'of %s sums to the energy of the phase the way Accelergy sums',
    (phase) => {
      const content: { version: number; local: readonly Counts[] } = files.get(
        `${phase}.action_counts.yaml`,
      ).action_counts;
      expect(content.version).toBe(0.4);
      let picojoules = 0;
      for (const { name, action_counts: counts } of content.local) {
        const entry = ert.tables.find((table) => table.name === name)!;
        for (const { name: action, counts: times } of counts) {
          picojoules += times * entry.actions.find((each) => each.name === action)!.energy;
        }
      }
      expect((picojoules * 1e-12) / run.phases[phase]!.energy_J).toBeCloseTo(1, 12);
    },
  );

  it('names each action of a component once, with arguments and energy', () => {
    expect(ert.version).toBe(0.4);
    for (const { name, actions } of ert.tables) {
      expect(name).toMatch(/^[^.]+\.[^.]+$/);
      expect(new Set(actions.map((action) => action.name)).size).toBe(actions.length);
      for (const action of actions) {
        expect(Object.keys(action)).toEqual(['name', 'arguments', 'energy']);
        expect(action.name).not.toMatch(/[.[\]]/);
      }
    }
  });

  it('has the areas in um2', () => {
    const art: { tables: readonly { name: string; area: number }[] } = files.get('ART.yaml').ART;
    const um2 = art.tables.reduce((sum, { area }) => sum + area, 0);
    expect(um2).toBeCloseTo(run.area.mm2 * 1e6, 6);
    for (const table of art.tables) expect(Object.keys(table)).toEqual(['name', 'area']);
  });
});
