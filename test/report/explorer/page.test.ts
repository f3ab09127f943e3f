/** Is the page of an exploration whole, safe and small, and does the machine file that it gives of a point mean that point? */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXPLORER_SCRIPT, scriptModule } from '../../../scripts/page-script.ts';
import { fileResources } from '../../../src/explore/engine/resources.node.ts';
import { readSpace } from '../../../src/explore/load.node.ts';
import { OpenStudy, type Point } from '../../../src/explore/study.ts';
import { readChain } from '../../../src/hardware/chain.ts';
import { loadMachineDocument } from '../../../src/hardware/load.node.ts';
import { mergeFiles } from '../../../src/hardware/merge.ts';
import { resolveMachine } from '../../../src/hardware/resolve.ts';
import { headOf, sectionsOf } from '../../../src/report/explorer/machine-file.ts';
import { machineText, simulateCommand } from '../../../src/report/explorer/machine-text.ts';
import type { ExplorerData } from '../../../src/report/explorer/page-data.ts';
import { explorerPage, type Exploration, MOST_POINTS } from '../../../src/report/explorer/page.ts';
import { thinned } from '../../../src/report/explorer/thin.ts';
import { MAX_PAGE_BYTES } from '../../../src/report/page/document.ts';
import { tinyExploration, tinySpace } from './fixture.ts';

const ATTACK = '</script><script>window.hit = 1</script><img src=x onerror="window.hit = 2">';
let tiny: Exploration;

beforeAll(async () => {
  tiny = await tinyExploration();
});

const dataOf = (page: string): ExplorerData =>
  JSON.parse(
    /<script type="application\/json" id="page-data">(.*)<\/script>/.exec(page)![1]!,
  ) as ExplorerData;

/** Hash of the machine that a file means, which may extend shipped ones. */
async function hashOf(text: string): Promise<string> {
  const chain = await readChain('mine', async (reference) => ({
    id: reference,
    label: reference,
    text: reference === 'mine' ? text : readFileSync(`hw-configs/machines/${reference}.yaml`, 'utf8'),
  }));
  return resolveMachine(mergeFiles(chain)).hash;
}

const fileOf = (study: OpenStudy, point: Point): string =>
  machineText(headOf(study), `point-${point.position}`, 'A "point".', sectionsOf(study, point));

describe('the machine file of a point', () => {
  test('is the machine of its record, whether the base machine is shipped or a file', async () => {
    const beside = await tinyExploration({ space: tinySpace('test-tiny', 'my/own.yaml') });
    for (const { study, explored } of [tiny, beside]) {
      for (const { position, machine } of explored.points)
        expect(await hashOf(fileOf(study, study.at(position)!))).toBe(machine);
    }
    const { study } = tiny;
    expect(fileOf(study, study.at(1)!)).toMatch(/^schema: tritsim.machine\/1\nextends: test-tiny\nname: /);
    expect(fileOf(beside.study, beside.study.at(1)!)).not.toContain('extends');
  });

  test('replaces whole sections where their kind is another, and says what it changes only', async () => {
    const { text } = readSpace('edge-arrays');
    const { data } = await loadMachineDocument('edge-ternary');
    const study = new OpenStudy({ ...tiny.study.study, space: text, base: data }, fileResources());
    let compared = 0;
    for (let position = 0; position < study.sequence.length; position += 97) {
      const point = study.at(position);
      if (point === undefined) continue;
      const { machine } = await study.identify(point, 0, 'analytic');
      expect(await hashOf(fileOf(study, point))).toBe(machine!.hash);
      compared++;
    }
    expect(compared).toBeGreaterThan(5);
    expect(fileOf(study, study.at(5)!)).not.toContain('vector');
  });

  test('is run by a command that a shell reads as it is meant', () => {
    const nasty = `a'b $(touch x) "c".safetensors`;
    const command = simulateCommand(nasty, 'point-1.yaml', '-runs/1');
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
    expect(words.trimEnd().split('\n')).toEqual([
      'tritsim', 'simulate', '--trace', nasty, '--hw', 'point-1.yaml', '--out', './-runs/1']); // prettier-ignore
  });
});

describe('the page', () => {
  test('has every point with its levels, objectives and workloads', () => {
    const { explored, study } = tiny;
    const { points, axes, objectives, texts } = dataOf(explorerPage(tiny));
    expect(points.map(([position]) => position)).toEqual(explored.points.map(({ position }) => position));
    const [position, levels, values, fidelity, front, machine, , workloads] = points[5]!;
    const wanted = explored.points[5]!;
    expect(levels.map((level, i) => axes[i]!.levels[level])).toEqual(Object.values(wanted.axes).map(String));
    expect(values[0]! * 1e-6).toBeCloseTo(wanted.values[0]!, 12);
    expect(objectives.map(({ unit }) => unit)).toEqual(['µJ', 'ms', 'mm²']);
    expect([texts[fidelity], front === 1]).toEqual(['analytic', wanted.front]);
    expect(wanted.machine.startsWith(machine)).toBe(true);
    expect(workloads[0]![0]).toBeCloseTo(wanted.workloads[0]!.time_s, 9);
    expect(study.at(position)).toBeDefined();
  });

  test('says what the summary says, without scripts too', () => {
    const { document } = parseHTML(explorerPage(tiny));
    const { summary, explored } = tiny;
    const facts = [...document.querySelectorAll('.facts dd')].map(({ textContent }) => textContent);
    expect(facts.slice(0, 5)).toEqual([
      `${summary.feasible}, estimated in closed form`, 'all', '0', String(explored.failed), String(summary.front.length)]); // prettier-ignore
    const best = [...document.querySelectorAll('.best tbody tr')].map((row) => row.textContent.trim().split(/\s+/)); // prettier-ignore
    expect(best.at(-1)).toEqual(expect.arrayContaining(['Knee', String(summary.knee!.point)]));
    const hashes = [...document.querySelectorAll('.hash')].map(({ textContent }) => textContent);
    expect(hashes).toEqual([tiny.traceHash, 'p']);
  });

  test('keeps every text of a file a text', async () => {
    const description = `description: ${JSON.stringify(ATTACK)}`;
    const space = tinySpace('machine: test-tiny', `machine: ${JSON.stringify(`${ATTACK}.yaml`)}`);
    const { data } = await loadMachineDocument('test-tiny');
    const sources = Object.fromEntries(Object.keys(data['sources'] as object).map((path) => [path, ATTACK]));
    const attacked = await tinyExploration({
      space: space.replace(/^description: .*$/m, () => description),
      trace: ATTACK,
      base: { sources },
    });
    const page = explorerPage({ ...attacked, reports: new Map([[1, `${ATTACK}/1`]]), runs: ATTACK });
    expect(page.match(/<script/gi)).toHaveLength(2);
    expect(/<img/i.test(page)).toBe(false);
    const { document } = parseHTML(page);
    expect(document.querySelector('h1')!.textContent).toBe(`Machines of tiny on ${ATTACK}`);
    expect(dataOf(page).texts.some((text) => text.includes(ATTACK))).toBe(true);
  });

  test('is the same bytes twice, and its script is the one that its sources give', async () => {
    expect(explorerPage(await tinyExploration()) === explorerPage(tiny)).toBe(true);
    expect(
      readFileSync(EXPLORER_SCRIPT.file, 'utf8') === (await scriptModule(EXPLORER_SCRIPT)),
      'npx tsx scripts/write-page.ts',
    ).toBe(true);
  });

  test('of a large space stays below 2 MB and says what it leaves out', async () => {
    const { text } = readSpace('edge-wide');
    const { data } = await loadMachineDocument('edge-ternary');
    const study = new OpenStudy({ ...tiny.study.study, space: text, base: data }, fileResources());
    const some = tiny.explored.points[0]!;
    const axes = study.space.axes.map(({ name, levels }) => [name, levels] as const);
    const points = Array.from({ length: 20_000 }, (_, position) => study.at(position)).flatMap((point, i) => {
      if (point === undefined) return [];
      const labels = Object.fromEntries(
        axes.map(([name, levels], axis) => [name, levels[point.levels[axis]!]!.label]),
      );
      const values = some.values.map((value, j) => value * (1 + Math.sin(i * (j + 1)) / 3));
      return [{ ...some, position: point.position, axes: labels, values, front: i % 100 === 0 }];
    });
    const explored = { ...tiny.explored, axes: axes.map(([name]) => name), points };
    const reports = new Map([[points[1]!.position, 'runs/1/index.html']]);
    const page = explorerPage({ ...tiny, study, explored, reports });
    expect(page.length).toBeLessThan(MAX_PAGE_BYTES);
    const shown = dataOf(page).points.map(([position]) => position);
    expect(shown).toHaveLength(MOST_POINTS);
    expect(shown).toContain(points[1]!.position);
    expect(page).toContain(`4,000 of ${points.length.toLocaleString('en')}: the whole front`);

    const heavy = points.slice(0, 3000).map((point) => {
      return { ...point, workloads: Array.from({ length: 60 }, () => some.workloads[0]!) };
    });
    const smaller = explorerPage({ ...tiny, study, explored: { ...explored, points: heavy } });
    expect(smaller.length).toBeLessThan(MAX_PAGE_BYTES);
    expect(smaller.length).toBeGreaterThan(0.8 * MAX_PAGE_BYTES);
    const kept = dataOf(smaller).points.filter(([, , , , front]) => front === 1);
    expect(kept).toHaveLength(heavy.filter(({ front }) => front).length);
  });
});

test('thinning keeps what must be shown, draws the rest evenly, and draws the same twice', () => {
  const some = tiny.explored.points[0]!;
  const points = Array.from({ length: 9000 }, (_, position) => ({
    ...some,
    position,
    front: position % 50 === 0,
  }));
  const shown = thinned(points, 1000, ({ front }) => front);
  expect(shown).toHaveLength(1000);
  expect(shown.filter(({ front }) => front)).toHaveLength(180);
  expect(shown.map(({ position }) => position)).toEqual(
    shown.map(({ position }) => position).toSorted((a, b) => a - b),
  );
  // Three levels of an axis that turns fastest: each is there about as often.
  for (const level of [0, 1, 2])
    expect(shown.filter(({ position }) => position % 3 === level).length / 1000).toBeCloseTo(1 / 3, 1);
  expect(thinned(points, 1000, ({ front }) => front)).toEqual(shown);
  expect(thinned(points, 100, ({ front }) => front)).toHaveLength(180);
  expect(thinned(points, 9000, () => false)).toBe(points);
});
