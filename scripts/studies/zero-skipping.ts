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

/** Beside as much DRAM as that it does not limit a prompt, and beside that of the shipped machines; with either SRAM for weights. */
const WIDE = ['32', '64'].map((axis_banks) => ({ axis_channels: '16', axis_banks }));
const NARROW = WIDE.map(({ axis_banks }) => ({ axis_channels: '4', axis_banks }));
/** Of the machines that are simulated. */
const SIMULATED = WIDE[0]!;
/** Part of the energy beyond which the sentence on the front would have to say that skipping saves some. */
const NO_DIFFERENCE = 0.02;

const ENERGY = 'energy_per_token_J';
const SHAPE = ['axis_lanes', 'axis_outputs', 'axis_window', 'axis_queue', 'axis_banks', 'axis_channels'];

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

/** The area of the smallest tree whose prompt takes no longer ÷ the skipping machine's; none where no tree is as fast. */
function equalTime(points: readonly Line[], beside: Readonly<Record<string, string>>): readonly number[] {
  return skipping(points, beside).flatMap((line) => {
    const fast = trees(points, beside).filter((tree) => num(tree, 'ttft_s') <= num(line, 'ttft_s'));
    return fast.length === 0 ? [] : [num(leastOf(fast, 'area_mm2'), 'area_mm2') / num(line, 'area_mm2')];
  });
}

/** Speed of the prompt on a skipping machine ÷ that on the fastest tree with as many lanes. */
function equalLanes(points: readonly Line[], beside: Readonly<Record<string, string>>): readonly number[] {
  return skipping(points, beside).flatMap((line) => {
    const same = trees(points, beside).filter((tree) => lanesOf(tree) === lanesOf(line));
    return same.length === 0 ? [] : [num(leastOf(same, 'ttft_s'), 'ttft_s') / num(line, 'ttft_s')];
  });
}

/** Of each skipping machine: how much more energy a tree takes that is neither larger nor slower, at least. */
function extraEnergy(points: readonly Line[], lines: readonly Line[]): readonly number[] {
  return lines.flatMap((line) => {
    const noWorse = where(points, { axis_kind: 'adder-tree' }).filter((tree) =>
      ['area_mm2', 'ttft_s', 'tpot_s'].every((column) => num(tree, column) <= num(line, column)),
    );
    return noWorse.length === 0 ? [] : [num(leastOf(noWorse, ENERGY), ENERGY) / num(line, ENERGY) - 1];
  });
}

const shapeOf = (line: Line): string => SHAPE.map((name) => line[name]).join(' ');

/** The same column that skips weights only, and activations too. */
function pairsOf(points: readonly Line[]): readonly (readonly [weights: Line, both: Line])[] {
  const own = WIDE.flatMap((beside) => skipping(points, beside));
  const both = new Map(
    own.filter((line) => line['axis_skips'] !== 'weights').map((line) => [shapeOf(line), line]),
  );
  return own
    .filter((line) => line['axis_skips'] === 'weights')
    .map((line) => [line, both.get(shapeOf(line))!] as const);
}

const only = (lines: readonly Line[]): Line => leastOf(lines, 'point');
const fastest = (lines: readonly Line[]): number => range(lines, 'tpot_s').least;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** 2048 lanes each: the shipped shapes, and the fastest tree in the area of the skipping one. */
function chooseMachines(points: readonly Line[]): readonly Chosen[] {
  const column = { axis_lanes: '16', axis_outputs: '128', axis_window: '4', axis_queue: '8' };
  const skip = only(where(points, { ...SIMULATED, ...column, axis_skips: 'weights' }));
  const both = only(where(points, { ...SIMULATED, ...column, axis_skips: 'weights-and-activations' }));
  const fits = trees(points, SIMULATED).filter((tree) => num(tree, 'area_mm2') <= num(skip, 'area_mm2'));
  return [
    {
      label: 'tree, 64 × 32',
      line: only(where(points, { ...SIMULATED, axis_inputs: '64', axis_trees: '32' })),
    },
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
    const [promptTree, promptSkip] = [of(0, 'prefill'), of(1, 'prefill')];
    const everywhere = [...NARROW, ...WIDE];
    const atEqualArea = everywhere.flatMap((beside) => equalArea(points, beside));
    const slower = atEqualArea.filter((ratio) => ratio > 1).length;
    const atEqualTime = everywhere.flatMap((beside) => equalTime(points, beside));
    const atEqualLanes = WIDE.flatMap((beside) => equalLanes(points, beside));
    const [fewest, most] = [Math.min(...atEqualLanes), Math.max(...atEqualLanes)];
    const pairs = pairsOf(points);
    const furtherGains = pairs.map(([one, two]) => num(one, 'ttft_s') / num(two, 'ttft_s'));
    const decodeGainOf = (besides: typeof WIDE): number =>
      fastest(besides.flatMap((beside) => trees(points, beside))) /
      fastest(besides.flatMap((beside) => skipping(points, beside)));
    const [decodeGain, decodeGainWide] = [decodeGainOf(NARROW), decodeGainOf(WIDE)];
    const front = points.filter((line) => line['front'] === 'true');
    const frontTrees = front.filter((line) => line['axis_kind'] === 'adder-tree').length;
    const frontSkipping = front.filter((line) => line['axis_kind'] === 'zero-skip');
    const extra = extraEnergy(ok, frontSkipping);
    const worst = worstOf(
      machines.map((line) => {
        const estimate = num(pointOf(points, line), line['phase'] === 'prefill' ? 'ttft_s' : 'tpot_s');
        return estimate / num(line, 'time_s') - 1;
      }),
    );
    const extraArea = num(decodeSkip, 'area_mm2') / num(decodeTree, 'area_mm2') - 1;
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
          fewest > 0.95 && most < 1.6,
          `3. **Prompt, lane for lane: ${formatRatio(fewest)} to ${formatRatio(most)} the speed** of the fastest tree with as many lanes, beside 16 channels (${atEqualLanes.length} machines).`,
        ),
        finding(
          slower === atEqualArea.length && Math.max(...atEqualTime) < 1,
          `4. **Prompt, area for area: it loses.** All ${slower} skipping machines are slower than the fastest tree that is not larger; they take ${formatRatio(Math.min(...atEqualArea))} to ${formatRatio(Math.max(...atEqualArea))} its time. The smallest tree that is as fast has ${formatPercent(Math.min(...atEqualTime))} to ${formatPercent(Math.max(...atEqualTime))} of the skipping machine's area, half of them less than ${formatPercent(median(atEqualTime))}. The shipped column costs ${formatPercent(extraArea)} more area of the whole machine than the shipped tree, and takes ${formatPercent(1 - num(promptSkip, 'time_s') / num(promptTree, 'time_s'))} less time.`,
        ),
        `5. **Zero activations too: ${formatRatio(Math.min(...furtherGains))} to ${formatRatio(Math.max(...furtherGains))}** the speed of the same column that skips weights only (${pairs.length} pairs).`,
        `6. **Prompt: ${formatPercent(Math.abs(1 - num(promptSkip, 'ratio')))} ${num(promptSkip, 'ratio') < 1 ? 'less' : 'more'} energy** with the shipped column than with the shipped tree (band of the ratio ${formatSignificant(num(promptSkip, 'ratio_low'), 4)} to ${formatSignificant(num(promptSkip, 'ratio_high'), 4)}).`,
        finding(
          extra.length === frontSkipping.length && Math.max(...extra) < NO_DIFFERENCE,
          `7. **Front** of energy, time per token, time to the first token and area: ${frontTrees} trees and ${frontSkipping.length} skipping machines of ${ok.length}. What keeps the skipping ones on it is energy of a decoded token: beside each there is a tree that is neither larger nor slower in either phase and takes at most ${formatPercent(Math.max(...extra))} more.`,
        ),
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
      pictures('Time of the prompt against area, estimated'),
      '## How sure',
      [
        `- Estimate against simulation on these machines: ${signedPercent(worst)} of time at worst. Findings 1, 3 to 5 and 7 rest on estimates, and differences of that size say nothing.`,
        `- Area: the shipped tree's machine has ${formatSignificant(num(decodeTree, 'area_low_mm2'))} to ${formatSignificant(num(decodeTree, 'area_high_mm2'))} mm², the shipped column's ${formatSignificant(num(decodeSkip, 'area_low_mm2'))} to ${formatSignificant(num(decodeSkip, 'area_high_mm2'))} mm². Both are counted from transistors of this project's Verilog, not from layouts ([rtl.md](../../docs/rtl.md)); columns were counted with a window of 4 and queues of 1, 2 and 8, others lie on the line through these. Most of each machine is SRAM and the same in both, so ratios of whole machines are much milder than those of arrays. Where the tree that is as fast has nearly the area of the skipping machine, the bands of both leave finding 4 open.`,
        '- Energy of a skipping column is a lower bound: the choice of the next trit and the reach into the queue have no price, although they are much of a lane. Findings 2, 6 and 7 are to that extent too good for it. The bands hold prices only.',
        '- One model and one prompt of 64 tokens: other models have other zeros. More banks cost no area here, which favours columns that read their weights again for every row.',
        '- Not modelled: clocks that a window or a wide tree would lower, the wires of the selection network, weights held for several rows of a skipping column, a search of mappings.',
      ].join('\n'),
      '## Files',
      files(data),
    );
  },
};
