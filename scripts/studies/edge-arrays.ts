/** Which array for decode at the edge? */
import { designsOf } from '../../src/report/explorer/designs.ts';
import { pareto } from '../../src/report/figures/pareto.ts';
import { scatterMatrix } from '../../src/report/figures/scatter-matrix.ts';
import { formatPercent, formatRatio, formatSignificant, formatTime } from '../../src/units/format.ts';
import {
  commands,
  deciding,
  estimateError,
  files,
  finding,
  millijoules,
  pointOf,
  pictures,
  signedPercent,
  markdownTable,
  pageOf,
  type Study,
} from './study.ts';
import { leastOf, type Line, num, range } from './table.ts';

const TERNARY = ['adder-tree', 'zero-skip', 'lut', 'bit-serial'];
const MULTIPLYING = ['mac-int4', 'mac-int8', 'mac-fp16'];
/** Channels of the shipped edge machines. */
const CHANNELS = '4';
const ENERGY = 'energy_per_token_J';
/** What a time may be longer than the best before a size counts as too small. */
const NO_SLOWER = 1.01;

const estimates = (points: readonly Line[]): readonly Line[] =>
  points.filter((line) => line['fidelity'] === 'analytic' && line['status'] === 'ok');
const ofKind = (points: readonly Line[], kind: string): readonly Line[] =>
  points.filter((line) => line['axis_kind'] === kind);
const sizeOf = (line: Line): string => line['axis_outputs'] || line['axis_columns']!;

/** Of each kind the best energy beside the shipped machines' DRAM: all kinds by the same estimate. */
function bestOfKinds(points: readonly Line[]): readonly Line[] {
  const beside = estimates(points).filter((line) => line['axis_channels'] === CHANNELS);
  return [...TERNARY, ...MULTIPLYING].map((kind) => leastOf(ofKind(beside, kind), ENERGY));
}

/** Outputs of the smallest adder tree that loses no time, by channels. */
function smallestTrees(points: readonly Line[]): readonly (readonly [channels: string, line: Line])[] {
  const trees = ofKind(estimates(points), 'adder-tree').filter((line) => line['axis_clock'] === '1 GHz');
  return ['2', '4', '8'].map((channels) => {
    const beside = trees.filter((line) => line['axis_channels'] === channels);
    const best = range(beside, 'tpot_s').least;
    const enough = beside.filter((line) => num(line, 'tpot_s') <= NO_SLOWER * best);
    return [channels, leastOf(enough, 'axis_outputs')];
  });
}

/** How many times a number of one line another line has. */
const times = ([from, to]: readonly [Line, Line], column: string): number =>
  num(to, column) / num(from, column);

export const edgeArrays: Study = {
  name: 'edge-decode-arrays',
  space: 'edge-arrays',
  trace: 'traces/tritsim-25m.p64d16.safetensors',

  choose: (points) => bestOfKinds(points).map((line) => ({ label: line['axis_kind']!, line })),

  figures: (explored) => [pareto(designsOf(explored, 'tpot', 'energy_per_token')), scatterMatrix(explored)],

  page(data) {
    const { points, machines } = data;
    const all = estimates(points);
    const machine = (kind: string): Line => machines.find((line) => line['machine'] === kind)!;
    const ternary = TERNARY.map(machine);
    const first = ternary[0]!;
    const { least, most } = range(ternary, 'energy_J');
    const spread = most / least - 1;
    const dramShares = ternary.map((line) => num(line, 'dram_J') / num(line, 'energy_J'));
    const arrayShares = ternary.map((line) => num(line, 'array_J') / num(line, 'energy_J'));
    const [narrow, wide] = (['2', '8'] as const).map((channels) =>
      leastOf(
        ofKind(all, 'adder-tree').filter((line) => line['axis_channels'] === channels),
        ENERGY,
      ),
    );
    const trees = smallestTrees(points);
    const front = points.filter((line) => line['front'] === 'true');
    const [energyError, timeError] = [estimateError(points, ENERGY), estimateError(points, 'tpot_s')];
    const bits = MULTIPLYING.map(machine);
    const smallFp = leastOf(ofKind(all, 'mac-fp16'), 'area_mm2');
    return pageOf(
      '# Which array for decode at the edge?',
      `**Question.** One sequence is decoded on an edge machine beside LPDDR4. Which kind of array, how wide and at what clock, so that a token costs least energy, time and area?`,
      `**Method.** ${all.length} machines: ${TERNARY.length} kinds of ternary arrays and ${MULTIPLYING.length} multiply-add arrays at five widths, 8 to 64 banks of weight SRAM, 2 to 8 channels, two clocks; one decoded token of the shipped trace. All are estimated in closed form; the ${energyError.points} within 2 % of the front are simulated cycle by cycle. Of each kind the machine of least energy beside ${CHANNELS} channels (25.6 GB/s) is simulated again with the bands of its prices.`,
      commands(this),
      '## Findings',
      [
        finding(
          spread < 0.01,
          `1. **The kind of ternary array does not decide.** Beside ${CHANNELS} channels the best of the four kinds are within ${formatPercent(spread)} of each other in energy (${millijoules(least)} to ${millijoules(most)} a token): the DRAM takes ${formatPercent(Math.min(...dramShares))} to ${formatPercent(Math.max(...dramShares))} of it, the array at most ${formatPercent(Math.max(...arrayShares))}.`,
        ),
        finding(
          bits.every((line) => num(line, 'ratio_low') > 1),
          `2. **The bits of a weight in DRAM do.** Against the adder tree a token costs ${bits.map((line) => `${formatRatio(num(line, 'ratio'))} with ${line['machine']} (band ${formatSignificant(num(line, 'ratio_low'))} to ${formatSignificant(num(line, 'ratio_high'))})`).join(', ')}, and takes ${bits.map((line) => formatRatio(times([first, line], 'time_s'))).join(', ')} the time.`,
        ),
        finding(
          trees.every(([, line]) => num(line, 'axis_outputs') <= 32),
          `3. **A small array is enough.** At 1 GHz an adder tree of 64 inputs loses less than 1 % of time with ${trees.map(([channels, line]) => `${sizeOf(line)} outputs beside ${channels} channels (${formatPercent(num(line, 'decode_array_utilisation'))} of its lanes' cycles used)`).join(', ')}; the shipped machine has 32.`,
        ),
        finding(
          times([narrow!, wide!], 'tpot_s') < 0.3 && Math.abs(times([narrow!, wide!], ENERGY) - 1) < 0.05,
          `4. **Channels buy time, not energy.** From 2 to 8 channels the time of a token goes from ${formatTime(num(narrow!, 'tpot_s'))} to ${formatTime(num(wide!, 'tpot_s'))}, its energy from ${millijoules(num(narrow!, ENERGY))} to ${millijoules(num(wide!, ENERGY))}.`,
        ),
        finding(
          MULTIPLYING.every((kind) => !front.some((line) => line['axis_kind'] === kind)),
          `5. **No multiply-add array is on the front**: its ${front.length} points are ${TERNARY.flatMap((kind) => (ofKind(front, kind).length === 0 ? [] : [`${ofKind(front, kind).length} of ${kind}`])).join(', ')}. Machines that differ in banks only have the same values and are all on it. The smallest mac-fp16 has ${formatSignificant(num(smallFp, 'area_mm2'))} mm², the smallest machine at all ${formatSignificant(range(all, 'area_mm2').least)} mm².`,
        ),
      ].join('\n'),
      'The best of each kind, simulated:',
      markdownTable(
        [
          'array',
          'size',
          'energy a token',
          'low to high',
          '÷ adder tree',
          'band',
          'time',
          'area, mm²',
          'busy longest',
        ],
        machines.map((line) => {
          const point = pointOf(all, line);
          return [
            line['machine']!,
            `${sizeOf(point)} ${point['axis_outputs'] ? 'outputs' : 'columns'}, ${point['axis_clock']}`,
            millijoules(num(line, 'energy_J')),
            `${millijoules(num(line, 'energy_low_J'))} to ${millijoules(num(line, 'energy_high_J'))}`,
            formatRatio(num(line, 'ratio')),
            `${formatSignificant(num(line, 'ratio_low'))} to ${formatSignificant(num(line, 'ratio_high'))}`,
            formatTime(num(line, 'time_s')),
            formatSignificant(num(line, 'area_mm2')),
            line['bottleneck']!,
          ];
        }),
      ),
      pictures('Energy against time of a token'),
      '## How sure',
      [
        `- Prices: a token of the adder tree costs ${millijoules(num(first, 'energy_low_J'))} to ${millijoules(num(first, 'energy_high_J'))} with all prices at their low or high. Ratios move less, since the same prices move both machines; against the adder tree those of the ternary kinds lie between ${formatSignificant(range(ternary, 'ratio_low').least)} and ${formatSignificant(range(ternary, 'ratio_high').most)}.`,
        `- Estimate: against the simulation of ${energyError.points} points it is off by ${signedPercent(energyError.worst)} of energy and ${signedPercent(timeError.worst)} of time at worst. Differences of energy between ternary kinds are of that size, and where the error is more than half of the margin of 2 %, a point of the front may have been missed. Points beyond the margin were not simulated; findings 3 and 4 rest on estimates.`,
        `- Of ${deciding(points).length} points the areas lie between ${formatSignificant(range(all, 'area_mm2').least)} and ${formatSignificant(range(all, 'area_mm2').most)} mm² and their bands overlap (the adder tree's is ${formatSignificant(num(first, 'area_low_mm2'))} to ${formatSignificant(num(first, 'area_high_mm2'))} mm²): differences of some percent are not to be relied on.`,
        '- Not modelled: area of DRAM controller and PHY, which would make wider DRAM cost area; price of banks (more banks cost nothing here); a search of mappings; batches above one, where weights are reused and arrays matter more. The model is small (25 M parameters, 64 tokens before): a larger one has relatively less head and more layers.',
      ].join('\n'),
      '## Files',
      files(data),
    );
  },
};
