/** Does the page of an exploration work for someone who opens it: by mouse, by keyboard, by screen reader, and with hostile names in it? */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { explorerPage, type Exploration } from '../../src/report/explorer/page.ts';
import { tinyExploration, tinySpace } from '../report/explorer/fixture.ts';
import { browserFound, type Complaints, launch, listen } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ATTACK = '</script><script>window.hit = 1</script><img src=x onerror="window.hit = 2">';
/** Dimensions of the small space: its axes, then its objectives. */
const [ARRAY, WEIGHTS, TIME] = [0, 1, 5];

let browser: Browser;
let folder = '';
let tiny: Exploration;
let attacked: Exploration;

async function open(
  exploration: Exploration,
  options: BrowserContextOptions = {},
  hash = '',
): Promise<{ page: Page; complaints: Complaints }> {
  const file = path.join(folder, exploration === attacked ? 'attacked.html' : 'plain.html');
  await writeFile(file, explorerPage(exploration));
  const page = await (await browser.newContext(options)).newPage();
  const complaints = listen(page, pathToFileURL(file).href);
  await page.goto(pathToFileURL(file).href + hash);
  return { page, complaints };
}

const cells = (page: Page, column: number): Promise<string[]> =>
  page.locator(`#machine-table tbody tr > :nth-child(${column})`).allTextContents();
const count = (page: Page): Promise<string | null> => page.locator('#count').textContent();
const cardTitle = (page: Page): Promise<string | null> => page.locator('#card h3').textContent();

/** Drags along an axis, between parts of its height from the top. */
async function brush(page: Page, dimension: number, from: number, to: number): Promise<void> {
  const handle = page.locator(`.handle[data-dimension="${dimension}"]`);
  await handle.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await handle.boundingBox())!;
  await page.mouse.move(x + width / 2, y + from * height);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + to * height, { steps: 4 });
  await page.mouse.up();
}

const executable = browserFound();

describe.skipIf(executable === undefined)('the page of an exploration in a browser', () => {
  beforeAll(async () => {
    browser = await launch(executable!);
    folder = await mkdtemp(path.join(tmpdir(), 'tritsim-explorer-'));
    tiny = await tinyExploration();
    const space = tinySpace('machine: test-tiny', `machine: ${JSON.stringify(`${ATTACK}.yaml`)}`);
    const description = `description: ${JSON.stringify(ATTACK)}`;
    attacked = {
      ...(await tinyExploration({
        space: space.replace(/^description: .*$/m, () => description),
        trace: ATTACK,
      })),
      runs: ATTACK,
    };
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('opens from disk, asks for nothing, complains about nothing, and shows the knee', async () => {
    const { page, complaints } = await open(tiny);
    const knee = tiny.summary.knee!.point;
    expect(await count(page)).toBe(
      `${tiny.explored.points.length} of ${tiny.explored.points.length} machines, ${tiny.summary.front.length} of the front`,
    );
    expect(await cardTitle(page)).toBe(`Point ${knee}kneechosen`);
    const standing = await cells(page, 2);
    expect(standing.slice(0, tiny.summary.front.length).every((text) => text !== '')).toBe(true);
    expect(standing.slice(tiny.summary.front.length).every((text) => text === '')).toBe(true);
    expect(complaints).toEqual({ errors: [], requests: [] });
  });

  test('a drag along an axis keeps the machines of its range; a double click and Escape take it back', async () => {
    const { page } = await open(tiny);
    const all = tiny.explored.points;
    await brush(page, ARRAY, 0.7, 0.99);
    const narrow = all.filter(({ axes }) => axes['array'] === 'narrow');
    expect(await count(page)).toContain(`${narrow.length} of ${all.length} machines`);
    expect((await cells(page, 1)).map(Number).toSorted((a, b) => a - b)).toEqual(
      narrow.map(({ position }) => position),
    );
    await brush(page, TIME, 0.5, 0.99);
    const fields = page.locator(`fieldset[data-dimension="${TIME}"] input`);
    const most = Number(await fields.nth(1).inputValue());
    const times = (await cells(page, 3 + TIME)).map(Number);
    expect(times.length).toBeLessThan(narrow.length);
    expect(times.length).toBe(narrow.filter(({ values }) => values[1]! * 1e3 <= most).length);
    expect(Math.max(...times)).toBeLessThanOrEqual(most);
    expect(await page.locator('#chips li').count()).toBe(2);
    await page.locator(`.handle[data-dimension="${TIME}"]`).dblclick();
    expect(await count(page)).toContain(`${narrow.length} of ${all.length} machines`);
    await page.keyboard.press('Escape');
    expect(await count(page)).toContain(`${all.length} of ${all.length} machines`);
    expect(await page.locator('.brush').count()).toBe(0);
  });

  test('the same by keyboard, in numbers', async () => {
    const { page } = await open(tiny);
    const all = tiny.explored.points;
    await page.locator('#ranges summary').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'weights' }).getByLabel('from').selectOption('16 KiB');
    const large = all.filter(({ axes }) => axes['weights'] !== '8 KiB');
    expect(await count(page)).toContain(`${large.length} of `);
    expect(new Set(await cells(page, 3 + WEIGHTS))).toEqual(new Set(['16 KiB', '32 KiB']));
    const area = page.getByRole('group', { name: 'Area (mm²)' });
    await area.getByLabel('to').fill('20');
    await area.getByLabel('to').press('Enter');
    expect(await count(page)).toContain(`${large.filter(({ values }) => values[2]! <= 20).length} of `);
    await area.getByLabel('to').press('Escape');
    expect(await count(page)).toContain(`${large.length} of `);
    await page.getByRole('button', { name: /^Take back weights/ }).press('Enter');
    expect(await count(page)).toContain(`${all.length} of `);
  });

  test('what is pointed at, in a drawing or in the table, is shown with its values', async () => {
    const { page } = await open(tiny);
    const shown = tiny.explored.points.find(({ front }) => !front)!;
    const link = page.getByRole('link', { name: String(shown.position), exact: true }).last();
    await link.focus();
    expect(await cardTitle(page)).toBe(`Point ${shown.position}`);
    const values = await page.locator('#card dd').allTextContents();
    expect(values.slice(0, 4)).toEqual(Object.values(shown.axes).map(String));
    expect(values.slice(4)).toEqual([
      `${(shown.values[0]! * 1e6).toPrecision(4)} µJ`,
      `${(shown.values[1]! * 1e3).toPrecision(4)} ms`,
      `${shown.values[2]!.toPrecision(4)} mm²`,
      'analytic',
    ]);
    expect(await page.locator('#card tbody tr').first().textContent()).toBe(
      `Time${(shown.values[1]! * 1e3).toPrecision(3)} ms`,
    );
    expect(await page.locator('path.pointed').count()).toBe(1);
    await page.mouse.move(0, 0);
    await link.blur();
    const handle = (await page.locator(`.handle[data-dimension="${TIME}"]`).boundingBox())!;
    await page.locator('#parallel').scrollIntoViewIfNeeded();
    const top = (await page.locator('#parallel').boundingBox())!.y;
    await page.mouse.move(handle.x + handle.width / 2, top + 45);
    const slowest = Math.max(...tiny.explored.points.map((point) => point.values[1]!));
    expect((await page.locator('#card dd').allTextContents())[TIME]).toBe(
      `${(slowest * 1e3).toPrecision(4)} ms`,
    );
  });

  test('a chosen machine has a file that means it, a command, and a report where there is one', async () => {
    const wanted = tiny.explored.points.at(-1)!;
    const { position } = wanted;
    const reported = { ...tiny, reports: new Map([[position, `my%20runs/${position}/index.html`]]) };
    const { page } = await open(reported, { acceptDownloads: true });
    expect(await page.locator('#chosen-report').textContent()).toContain('No report');
    const link = page.locator(`#machine-table a[href="#point-${position}"]`);
    await link.press('Enter');
    expect(await page.locator(':focus').textContent()).toBe('The chosen machine');
    expect(await page.locator('tr[aria-current="true"] th').textContent()).toBe(String(position));
    expect(await page.locator('#command').textContent()).toBe(
      `tritsim simulate --trace made-up.safetensors --hw point-${position}.yaml --out runs/${position}`,
    );
    const report = page.getByRole('link', { name: `Open the report of point ${position}` });
    expect(await report.getAttribute('href')).toBe(`my%20runs/${position}/index.html`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save the file' }).click(),
    ]);
    const file = path.join(folder, `point-${position}.yaml`);
    await download.saveAs(file);
    expect(await readFile(file, 'utf8')).toBe(await page.locator('#machine-file').textContent());
    expect((await loadMachine(file)).hash).toBe(wanted.machine);
  });

  test('the file is copied, or selected where the browser keeps the clipboard', async () => {
    const { page } = await open(tiny);
    await page.getByRole('button', { name: 'Copy the file' }).click();
    await page.waitForFunction("document.getElementById('status').textContent.startsWith('The file is')");
    if ((await page.locator('#status').textContent())!.includes('selected')) {
      expect(await page.evaluate('getSelection().toString()')).toContain('schema: tritsim.machine/1');
    }
  });

  test('an address leads to its machine', async () => {
    const { position } = tiny.explored.points[3]!;
    const { page } = await open(tiny, {}, `#point-${position}`);
    expect(await cardTitle(page)).toContain(`Point ${position}`);
  });

  test('the table sorts both ways', async () => {
    const { page } = await open(tiny);
    const head = page.getByRole('columnheader', { name: 'Time per token' }).last();
    const times = async (): Promise<number[]> => (await cells(page, 3 + TIME)).map(Number);
    await head.getByRole('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await times()).toEqual((await times()).toSorted((a, b) => a - b));
    await head.getByRole('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await times()).toEqual((await times()).toSorted((a, b) => b - a));
  });

  test('a long table shows its beginning and then more', async () => {
    const { points } = tiny.explored;
    const explored = { ...tiny.explored, points: [...points, ...points, ...points] };
    const { page } = await open({ ...tiny, explored });
    expect(await page.locator('#machine-table tbody tr').count()).toBe(50);
    await page
      .getByRole('button', { name: `Show ${3 * points.length - 50} more of ${3 * points.length}` })
      .press('Enter');
    expect(await page.locator('#machine-table tbody tr').count()).toBe(3 * points.length);
    expect(
      await page.locator('tr:has(:focus)').evaluate((row) => (row as { rowIndex?: number }).rowIndex),
    ).toBe(51);
    expect(await page.locator('#more').isVisible()).toBe(false);
  });

  test('texts of files stay texts', async () => {
    const { page, complaints } = await open(attacked);
    expect(await page.locator('h1').textContent()).toContain(ATTACK);
    expect(await page.locator('#command').textContent()).toContain(ATTACK);
    expect(await page.locator('#summary ~ p').first().textContent()).toBe(ATTACK);
    expect(await page.evaluate('[window.hit, document.scripts.length, document.images.length]')).toEqual([
      undefined,
      2,
      0,
    ]);
    expect(complaints).toEqual({ errors: [], requests: [] });
  });

  test.each(['light', 'dark'] as const)('breaks no rule of axe in %s', async (colorScheme) => {
    const { page } = await open(tiny, { colorScheme });
    await page.locator('#ranges summary').click();
    await brush(page, ARRAY, 0.7, 0.99);
    await page.evaluate(AXE);
    const broken = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200), nodes[0].failureSummary]))',
    );
    expect(broken).toEqual([]);
  });

  test('without scripts the summary is there, and nothing that would not work', async () => {
    const { page, complaints } = await open(tiny, { javaScriptEnabled: false });
    expect(await page.locator('.best tbody tr').count()).toBe(4);
    expect(await page.locator('.scripted-only').filter({ visible: true }).count()).toBe(0);
    expect(complaints.requests).toEqual([]);
  });

  test.each([390, 1280])(
    'at a width of %i px nothing but what scrolls by itself is wider than the page',
    async (width) => {
      const { page } = await open(tiny, { viewport: { width, height: 800 } });
      await page.locator('#ranges summary').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );
});
