/** What does stepping over zero trits buy on real trits, against what it costs? */
import { designsOf } from '../../src/report/explorer/designs.ts';
import { pareto } from '../../src/report/figures/pareto.ts';
import { scatterMatrix } from '../../src/report/figures/scatter-matrix.ts';
import { formatPercent, formatRatio, formatSignificant, formatTime } from '../../src/units/format.ts';
import {
  type Chosen,
  commands,
  files,
  finding,
  millijoules,
  pointOf,
  pictures,
  signedPercent,
  worstOf,
  markdownTable,
  pageOf,
  type Study,
} from './study.ts';
import { leastOf, type Line, num, range } from './table.ts';

/** Where the DRAM does not limit a prompt, and the narrower of the two SRAMs. */
const WIDE = { axis_channels: '16', axis_banks: '32' };
const NARROW = { ...WIDE, axis_channels: '4' };

function where(points: readonly Line[], wanted: Readonly<Record<string, string>>): readonly Line[] {
  return points.filter(
    (line) =>
      line['status'] === 'ok' && Object.entries(wanted).every(([name, level]) => line[name] === level),
  );
}

const trees = (points: readonly Line[], beside: Readonly<Record<string, string>>): readonly Line[] =>
  where(points, { ...beside, axis_kind: 'adder-tree' });
const skipping = (points: readonly Line[], beside: Readonly<Record<string, string>>): readonly Line[] =>
  where(points, { ...beside, axis_kind: 'zero-skip' });

const lanesOf = (line: Line): number =>
  line['axis_kind'] === 'adder-tree'
    ? num(line, 'axis_inputs') * num(line, 'axis_trees')
    : num(line, 'axis_lanes') * num(line, 'axis_outputs');

/** A skipping machine beside the fastest tree that is not larger, and the time of its prompt ÷ the tree's. */
function equalArea(points: readonly Line[], beside: Readonly<Record<string, string>>): readonly number[] {
  return skipping(points, beside).flatMap((line) => {
    const fits = trees(points, beside).filter((tree) => num(tree, 'area_mm2') <= num(line, 'area_mm2'));
    return fits.length === 0 ? [] : [num(line, 'ttft_s') / num(leastOf(fits, 'ttft_s'), 'ttft_s')];
  });
}

/** The same beside the tree with as many lanes and 32 outputs or more. */
function equalLanes(points: readonly Line[], beside: Readonly<Record<string, string>>): readonly number[] {
  return skipping(points, beside).flatMap((line) => {
    const same = trees(points, beside).filter((tree) => lanesOf(tree) === lanesOf(line));
    return same.length === 0 ? [] : [num(leastOf(same, 'ttft_s'), 'ttft_s') / num(line, 'ttft_s')];
  });
}

const only = (lines: readonly Line[]): Line => leastOf(lines, 'point');
const fastest = (lines: readonly Line[]): number => range(lines, 'tpot_s').least;

/** 2048 lanes each: the shipped shapes, and the fastest tree in the area of the skipping one. */
function chooseMachines(points: readonly Line[]): readonly Chosen[] {
  const column = { axis_lanes: '16', axis_outputs: '128', axis_window: '4', axis_queue: '8' };
  const skip = only(where(points, { ...WIDE, ...column, axis_skips: 'weights' }));
  const both = only(where(points, { ...WIDE, ...column, axis_skips: 'weights-and-activations' }));
  const fits = trees(points, WIDE).filter((tree) => num(tree, 'area_mm2') <= num(skip, 'area_mm2'));
  return [
    { label: 'tree, 64 × 32', line: only(where(points, { ...WIDE, axis_inputs: '64', axis_trees: '32' })) },
    { label: 'skips weights, 16 × 128', line: skip },
    { label: 'skips weights and activations, 16 × 128', line: both },
    { label: 'fastest tree in the area of the second', line: leastOf(fits, 'ttft_s') },
  ];
}

export const zeroSkipping: Study = {
  name: 'zero-skipping',
  space: 'zero-skipping',
  trace: 'traces/tritsim-25m.p64d16.safetensors',
  choose: chooseMachines,
  figures: (explored) => [pareto(designsOf(explored, 'area', 'ttft')), scatterMatrix(explored)],

  page(data) {
    const { points, machines } = data;
    const ok = where(points, {});
    const of = (index: number, phase: string): Line =>
      machines.filter((line) => line['phase'] === phase)[index]!;
    const [decodeTree, decodeSkip] = [of(0, 'decode'), of(1, 'decode')];
    const atEqualArea = [...equalArea(points, NARROW), ...equalArea(points, WIDE)];
    const atEqualLanes = equalLanes(points, WIDE);
    const [fewest, most] = [Math.min(...atEqualLanes), Math.max(...atEqualLanes)];
    const bothOf = (skips: string): readonly Line[] => skipping(points, { ...WIDE, axis_skips: skips });
    const pairs = bothOf('weights').map((line) => {
      const same = ['axis_lanes', 'axis_outputs', 'axis_window', 'axis_queue'].map((name) => [
        name,
        line[name]!,
      ]);
      return [line, where(bothOf('weights-and-activations'), Object.fromEntries(same))[0]!] as const;
    });
    const furtherGains = pairs.map(([one, two]) => num(one, 'ttft_s') / num(two, 'ttft_s'));
    const decodeGain = fastest(trees(points, NARROW)) / fastest(skipping(points, NARROW));
    const decodeGainWide = fastest(trees(points, WIDE)) / fastest(skipping(points, WIDE));
    const front = points.filter((line) => line['front'] === 'true');
    const frontTrees = front.filter((line) => line['axis_kind'] === 'adder-tree').length;
    const worst = worstOf(
      machines.map((line) => {
        const estimate = num(pointOf(points, line), line['phase'] === 'prefill' ? 'ttft_s' : 'tpot_s');
        return estimate / num(line, 'time_s') - 1;
      }),
    );
    const extraArea = num(decodeSkip, 'area_mm2') / num(decodeTree, 'area_mm2') - 1;
    const slower = atEqualArea.filter((ratio) => ratio > 1).length;
    return pageOf(
      '# What does stepping over zeros buy?',
      '**Question.** A column of lanes that steps over zero trits (and, if it may, zero activations) needs queues, windows and wider control. On the trits and activations of a trained model, does it buy time or energy that the same area of plain adder trees does not?',
      `**Method.** ${ok.length} machines: adder trees of 16 to 128 inputs and outputs; zero-skipping columns of 8 to 32 lanes, 32 to 128 outputs, windows of 2 to 8 and queues of 2 and 8; 4 and 16 channels of LPDDR4. The prompt of 64 tokens and one decoded token of the shipped trace, whose recorded trits and activations decide how long a skipping array takes. All points are estimated in closed form; ${new Set(machines.map((line) => line['point'])).size} machines are simulated cycle by cycle.`,
      commands(this),
      '## Findings',
      [
        finding(
          Math.abs(decodeGain - 1) < 0.01 && Math.abs(decodeGainWide - 1) < 0.01,
          `1. **Decode: no time.** One row waits for its weights. The fastest skipping machine is ${formatRatio(decodeGain)} as fast as the fastest tree beside 4 channels and ${formatRatio(decodeGainWide)} beside 16.`,
        ),
        `2. **Decode: ${formatPercent(Math.abs(1 - num(decodeSkip, 'ratio')))} ${num(decodeSkip, 'ratio') < 1 ? 'less' : 'more'} energy a token** with the shipped column than with the shipped tree (${millijoules(num(decodeSkip, 'energy_J'))} against ${millijoules(num(decodeTree, 'energy_J'))}); the prices' band of the ratio is ${formatSignificant(num(decodeSkip, 'ratio_low'), 4)} to ${formatSignificant(num(decodeSkip, 'ratio_high'), 4)}.`,
        finding(
          fewest > 0.5,
          `3. **Prompt, lane for lane: between ${formatRatio(fewest)} and ${formatRatio(most)} the speed** of a tree with as many lanes, beside 16 channels (${atEqualLanes.length} pairs).`,
        ),
        finding(
          slower > atEqualArea.length / 2,
          `4. **Prompt, area for area: it loses.** ${slower} of ${atEqualArea.length} skipping machines are slower than the fastest tree that is not larger; they take ${formatRatio(Math.min(...atEqualArea))} to ${formatRatio(Math.max(...atEqualArea))} its time. The shipped column costs ${formatPercent(extraArea)} more area of the whole machine than the shipped tree.`,
        ),
        `5. **Zero activations too: ${formatRatio(Math.min(...furtherGains))} to ${formatRatio(Math.max(...furtherGains))}** the speed of the same column that skips weights only (${pairs.length} pairs).`,
        `6. **Front** of energy, time per token, time to the first token and area: ${frontTrees} trees and ${front.length - frontTrees} skipping machines of ${ok.length}.`,
      ].join('\n'),
      'Beside 16 channels, simulated; prompt of 64 tokens and one decoded token:',
      markdownTable(
        [
          'machine',
          'phase',
          'time',
          'energy',
          'low to high',
          '÷ first',
          'band',
          'array',
          'area, mm²',
          'busy longest',
        ],
        machines.map((line) => [
          line['machine']!,
          line['phase']!,
          formatTime(num(line, 'time_s')),
          millijoules(num(line, 'energy_J')),
          `${millijoules(num(line, 'energy_low_J'))} to ${millijoules(num(line, 'energy_high_J'))}`,
          formatSignificant(num(line, 'ratio'), 4),
          `${formatSignificant(num(line, 'ratio_low'), 4)} to ${formatSignificant(num(line, 'ratio_high'), 4)}`,
          formatPercent(num(line, 'array_J') / num(line, 'energy_J')),
          formatSignificant(num(line, 'area_mm2')),
          line['bottleneck']!,
        ]),
      ),
      pictures('Time of the prompt against area'),
      '## How sure',
      [
        `- Estimate against simulation on these machines: ${signedPercent(worst)} of time at worst. Findings 3 to 6 rest on estimates.`,
        `- Prices: the energies' bands are wide, those of the ratios narrower, since DRAM and SRAM prices move both machines. Area: the shipped tree's machine has ${formatSignificant(num(decodeTree, 'area_low_mm2'))} to ${formatSignificant(num(decodeTree, 'area_high_mm2'))} mm², the shipped column's ${formatSignificant(num(decodeSkip, 'area_low_mm2'))} to ${formatSignificant(num(decodeSkip, 'area_high_mm2'))} mm²; the area of a column's queues is counted from its transistors, not from a layout.`,
        '- One model and one prompt: other models have other zeros. Most of each machine is SRAM, so ratios of areas of whole machines are much milder than those of arrays.',
        '- Not modelled: clocks that a window or a wide tree would lower, the wires of the selection network, area of banks, a search of mappings.',
      ].join('\n'),
      '## Files',
      files(data),
    );
  },
};
