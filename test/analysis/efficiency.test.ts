/** Question: are power, operations a joule and the energy-delay product what their definitions say, bands included? */
import { describe, expect, it } from 'vitest';
import { efficiencyOf } from '../../src/analysis/efficiency.ts';

/** 2 J between 1 and 4 in 0.5 s for 10^12 multiply-adds on 4 mm2 between 2 and 8. */
const efficiency = efficiencyOf({ energyJ: 2, lowJ: 1, highJ: 4 }, 0.5, 1e12, { amount: 4, low: 2, high: 8 });

describe('efficiency', () => {
  it('has power as energy over time', () => {
    expect(efficiency.power_W).toEqual({ low: 2, typical: 4, high: 8 });
  });

  it('counts two operations a multiply-add, so that TOPS/W is tera-operations over energy', () => {
    expect(efficiency.tops_per_W).toEqual({ low: 0.5, typical: 1, high: 2 });
  });

  it('has TOPS/mm2 as tera-operations a second over area', () => {
    expect(efficiency.tops_per_mm2).toEqual({ low: 0.5, typical: 1, high: 2 });
  });

  it('has the energy-delay product as energy times time', () => {
    expect(efficiency.edp_Js).toEqual({ low: 0.5, typical: 1, high: 2 });
  });

  it('agrees with itself: TOPS/W is TOPS over power', () => {
    const tops = 2 / 0.5;
    expect(efficiency.tops_per_W.typical).toBe(tops / efficiency.power_W.typical);
  });
});
