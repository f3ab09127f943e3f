/** How much SRAM, and which DRAM, for 2B4T at 20 tokens a second? */
import { designsOf } from '../../src/report/explorer/designs.ts';
import { pareto } from '../../src/report/figures/pareto.ts';
import { scatterMatrix } from '../../src/report/figures/scatter-matrix.ts';
import { formatEnergy, formatPercent, formatSignificant, formatTime } from '../../src/units/format.ts';
import {
  type Chosen,
  commands,
  deciding,
  pointOf,
  files,
  finding,
  pictures,
  signedPercent,
  worstOf,
  markdownTable,
  pageOf,
  type Study,
} from './study.ts';
import { leastOf, type Line, num, range } from './table.ts';

const ENERGY = 'energy_per_token_J';
/** What is asked for, s a token. */
const LIMIT = 0.05;
const KINDS = ['LPDDR4-3200', 'LPDDR4-4266', 'DDR4-3200', 'HBM2-2000'];
const SRAMS = ['axis_weights', 'axis_activations', 'axis_operands'];

/** All evaluated points by the same estimate, those that are too slow included. */
const estimates = (points: readonly Line[]): readonly Line[] =>
  points.filter((line) => line['fidelity'] === 'analytic' && line['status'] !== 'failed');

interface Memory {
  readonly dram: string;
  readonly channels: string;
  readonly ranks: string;
  /** Points with every size of the SRAMs. */
  readonly lines: readonly Line[];
}

const keyOf = (line: Line): string => `${line['axis_dram']} ${line['axis_channels']} ${line['axis_ranks']}`;

function memories(points: readonly Line[]): readonly Memory[] {
  const all = estimates(points);
  return [...new Set(all.map(keyOf))].map((key) => {
    const [dram, channels, ranks] = key.split(' ') as [string, string, string];
    return { dram, channels, ranks, lines: all.filter((line) => keyOf(line) === key) };
  });
}

/** How far a column goes from the smallest SRAMs to the largest: most ÷ least − 1. */
const spreadOf = ({ lines }: Memory, column: string): number =>
  range(lines, column).most / range(lines, column).least - 1;

/** Of each kind the fewest channels and ranks with which some machine is fast enough, and the least energy there. */
function cheapestOfKinds(points: readonly Line[]): readonly Line[] {
  const enough = memories(points).filter(({ lines }) => range(lines, 'tpot_s').least <= LIMIT);
  return KINDS.flatMap((kind) => {
    const own = enough.filter(({ dram }) => dram === kind);
    const channels = Math.min(...own.map((memory) => Number(memory.channels)));
    const narrowest = own.filter((memory) => Number(memory.channels) === channels);
    const fast = narrowest.flatMap(({ lines }) => lines.filter((line) => num(line, 'tpot_s') <= LIMIT));
    return fast.length === 0 ? [] : [leastOf(fast, ENERGY)];
  });
}

const sizes = (line: Line): string => SRAMS.map((name) => line[name]).join(' + ');

export const memory2b4t: Study = {
  name: 'memory-2b4t',
  space: 'memory-20-tokens',
  trace: 'explorations/2b4t.c512.safetensors',
  makeTrace: ['trace', 'synthesize', '--shape', 'bitnet-b1.58-2b4t', '--phase', 'decode', '--context', '512'],

  choose: (points) => cheapestOfKinds(points).map((line): Chosen => ({ label: line['axis_dram']!, line })),

  figures: (explored) => [pareto(designsOf(explored, 'tpot', 'energy_per_token')), scatterMatrix(explored)],

  page(data) {
    const { points, machines } = data;
    const all = estimates(points);
    const groups = memories(points);
    const failures = points.filter((line) => line['status'] === 'failed');
    const full = failures.filter((line) => line['error_code'] === 'MAPPING_DRAM_FULL');
    const cheapest = cheapestOfKinds(points);
    const narrowest = groups.filter(({ lines }) => lines.some((line) => cheapest.includes(line)));
    const most = (column: string): number => Math.max(...narrowest.map((each) => spreadOf(each, column)));
    const [timeSpread, energySpread] = [most('tpot_s'), most(ENERGY)];
    const widest = groups.reduce((one, other) =>
      spreadOf(other, 'tpot_s') > spreadOf(one, 'tpot_s') ? other : one,
    );
    const smallest = leastOf(
      all.filter((line) => num(line, 'tpot_s') <= LIMIT),
      'area_mm2',
    );
    const largest = range(all, 'area_mm2').most;
    const errorOf = (column: string, measured: string): number =>
      worstOf(machines.map((line) => num(pointOf(all, line), column) / num(line, measured) - 1));
    const tooSlow = Math.min(...all.map((line) => num(line, 'tpot_s')).filter((seconds) => seconds > LIMIT));
    const best = leastOf(machines, 'energy_J');
    const dramShare = machines.map((line) => num(line, 'dram_J') / num(line, 'energy_J'));
    const lp = all.filter((line) => line['axis_dram'] === 'LPDDR4-3200' && line['axis_channels'] === '4');
    const ranked = ['1', '2'].map((ranks) =>
      leastOf(
        lp.filter((line) => line['axis_ranks'] === ranks),
        ENERGY,
      ),
    );
    const front = points.filter((line) => line['front'] === 'true');
    return pageOf(
      '# How much SRAM, and which DRAM, for BitNet b1.58 2B4T at 20 tokens a second?',
      '**Question.** One sequence, 512 tokens in the KV cache. Which DRAM, how many channels and ranks, and how large SRAMs bring a token in 50 ms, at what energy and area?',
      `**Method.** ${all.length + failures.length} machines: ${KINDS.length} kinds of DRAM with 1 to 8 channels and 1 or 2 ranks, weight SRAM of 32 to 512 KiB, activation SRAM of 128 to 1024 KiB, operand SRAM of 64 to 256 KiB; the array of \`edge-ternary\`. One decoded token of a synthesized trace (shapes of 2B4T; this array's time depends on no values). All are estimated in closed form; of each kind of DRAM the narrowest that is fast enough is simulated cycle by cycle, with the bands of its prices.`,
      commands(this),
      '## Findings',
      [
        finding(
          machines.length === cheapest.length && machines.every((line) => num(line, 'time_s') <= LIMIT),
          `1. **Fast enough**, with the fewest channels of each kind, simulated: ${machines.map((line) => `${pointOf(all, line)['axis_channels']} × ${line['machine']} (${formatTime(num(line, 'time_s'))}, ${formatEnergy(num(line, 'energy_J'))} a token)`).join('; ')}.${KINDS.length > cheapest.length ? ` None of ${KINDS.filter((kind) => cheapest.every((line) => line['axis_dram'] !== kind)).join(', ')} is.` : ''} The fastest that is not is estimated at ${formatTime(tooSlow)}.`,
        ),
        finding(
          timeSpread < 0.05 && energySpread < 0.05,
          `2. **The size of the SRAMs hardly matters.** With each of these, from the smallest SRAMs to the largest, time changes by at most ${formatPercent(timeSpread)} and energy by at most ${formatPercent(energySpread)}: every weight is read once a token whatever is on the chip, since no SRAM of the space holds a model. Most it matters beside ${widest.channels} × ${widest.dram}, ${formatPercent(spreadOf(widest, 'tpot_s'))} of time. The smallest machine that is fast enough has ${sizes(smallest)} (weights, activations, operands; ${formatSignificant(num(smallest, 'area_mm2'))} of up to ${formatSignificant(largest)} mm²).`,
        ),
        finding(
          Math.min(...dramShare) > 0.5,
          `3. **DRAM decides the energy**: ${formatPercent(Math.min(...dramShare))} to ${formatPercent(Math.max(...dramShare))} of a token's energy. The least is ${formatEnergy(num(best, 'energy_J'))} with ${best['machine']} (${formatEnergy(num(best, 'energy_low_J'))} to ${formatEnergy(num(best, 'energy_high_J'))}).`,
        ),
        `4. **A second rank** of LPDDR4-3200 beside four channels changes a token's energy, estimated, from ${formatEnergy(num(ranked[0]!, ENERGY))} to ${formatEnergy(num(ranked[1]!, ENERGY))} and its time from ${formatTime(num(ranked[0]!, 'tpot_s'))} to ${formatTime(num(ranked[1]!, 'tpot_s'))}.`,
        `5. **${full.length} machines cannot hold the model** in their DRAM; ${failures.length - full.length} more fail for other reasons.`,
        `6. **Front** of energy, time and area among those that are fast enough: ${front.length} points, ${KINDS.flatMap(
          (kind) => {
            const own = front.filter((line) => line['axis_dram'] === kind).length;
            return own === 0 ? [] : [`${own} with ${kind}`];
          },
        ).join(', ')}.`,
      ].join('\n'),
      'The narrowest DRAM of each kind that is fast enough, simulated:',
      markdownTable(
        ['DRAM', 'SRAMs', 'time', 'energy', 'low to high', '÷ first', 'band', 'DRAM', 'area, mm²'],
        machines.map((line) => {
          const point = pointOf(all, line);
          return [
            `${point['axis_channels']} × ${line['machine']}, ranks ${point['axis_ranks']}`,
            sizes(point),
            formatTime(num(line, 'time_s')),
            formatEnergy(num(line, 'energy_J')),
            `${formatEnergy(num(line, 'energy_low_J'))} to ${formatEnergy(num(line, 'energy_high_J'))}`,
            formatSignificant(num(line, 'ratio')),
            `${formatSignificant(num(line, 'ratio_low'))} to ${formatSignificant(num(line, 'ratio_high'))}`,
            formatPercent(num(line, 'dram_J') / num(line, 'energy_J')),
            formatSignificant(num(line, 'area_mm2')),
          ];
        }),
      ),
      pictures('Energy against time of a token, estimated'),
      '## How sure',
      [
        `- Estimate: against the simulation of these ${machines.length} machines it is off by ${signedPercent(errorOf('tpot_s', 'time_s'))} of time and ${signedPercent(errorOf(ENERGY, 'energy_J'))} of energy at worst. A machine within that of 50 ms may fall on either side. Findings 2, 4 and 6 rest on estimates.`,
        '- Prices: DDR4-3200 and LPDDR4-3200 are priced by command from currents of data sheets (maxima); LPDDR4-4266 and HBM2-2000 by one published figure per bit, whatever commands and standby it takes. So the two pairs are not on one basis: a second rank costs standby in the first pair only, and a difference between the pairs is not a property of the DRAM alone.',
        '- LPDDR5 is not in the space: no public energy was found for it, and a machine without one is refused.',
        `- ${deciding(points).length} points are fast enough; areas hold no DRAM controller and PHY, so more channels look free in area, and HBM2's are not those of an edge device.`,
        '- Not modelled: a search of mappings that would keep more on the chip; an SRAM large enough for layers of the model; sequences beyond one; a KV cache that grows far beyond 512 tokens.',
      ].join('\n'),
      '## Files',
      files(data),
    );
  },
};
