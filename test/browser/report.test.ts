/** Does the report work for someone who opens it: by mouse, by keyboard, by screen reader, on paper, and with hostile names in it? */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/analysis/run.ts';
import { reportFigures } from '../../src/report/files.ts';
import { reportHtml } from '../../src/report/html.ts';
import { formatEnergy } from '../../src/units/format.ts';
import { aloneRun, exampleRun } from '../report/fixture.ts';
import { browserFound, type Complaints, launch, listen } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ATTACK = '</script><script>window.hit = 1</script><img src=x onerror="window.hit = 2">';

const run = exampleRun();
const attacked = exampleRun({
  machine: { ...run.machine, name: ATTACK },
  trace: { ...run.trace, name: ATTACK },
  energy: run.energy.map((each) => ({ ...each, source: ATTACK, derivation: ATTACK })),
  phases: {
    decode: {
      ...run.phases.decode!,
      operations: run.phases.decode!.operations.map((each) => ({ ...each, name: ATTACK })),
    },
  },
});

let browser: Browser;
let folder = '';

/** The page of some runs, opened from disk. */
async function open(
  runs: readonly Run[],
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: Complaints }> {
  const file = path.join(folder, `${runs.length}-${runs[0] === attacked ? 'attacked' : 'plain'}.html`);
  await writeFile(file, reportHtml(runs, reportFigures(runs)));
  const page = await (await browser.newContext(options)).newPage();
  const complaints = listen(page, pathToFileURL(file).href);
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}

const cells = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();
/** Headings of the phases that are shown. */
const phasesShown = (page: Page): Promise<string[]> =>
  page.locator('h3:visible', { hasText: /^(Prefill|Decode)$/ }).allTextContents();
const below = (page: Page): Promise<string[]> => cells(page, '#drill-table tbody th');

const executable = browserFound();

describe.skipIf(executable === undefined)('the report in a browser', () => {
  beforeAll(async () => {
    browser = await launch(executable!);
    folder = await mkdtemp(path.join(tmpdir(), 'tritsim-page-'));
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('opens from disk, asks for nothing and complains about nothing', async () => {
    for (const runs of [[run], [aloneRun()], [run, aloneRun()]]) {
      const { page, complaints } = await open(runs);
      expect(await page.locator('h1').textContent()).toContain('edge-ternary');
      expect(complaints).toEqual({ errors: [], requests: [] });
    }
  });

  test('the switch shows one phase everywhere', async () => {
    const { page } = await open([run]);
    expect(await phasesShown(page)).toEqual(['Decode']);
    const total = (phase: 'prefill' | 'decode'): string =>
      formatEnergy(run.phases[phase]!.energy_J / run.phases[phase]!.tokens);
    expect(await cells(page, '#drill-table tr.sum td')).toContain(total('decode'));
    await page.getByRole('radio', { name: 'Decode' }).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByRole('radio', { name: 'Prefill' }).isChecked()).toBe(true);
    expect(await phasesShown(page)).toEqual(['Prefill']);
    expect(await cells(page, '#drill-table tr.sum td')).toContain(total('prefill'));
    expect(await page.locator('#layer-table caption').textContent()).toContain('prefill');
  });

  test('goes down from a token to an action with its count, price, grade and source, and up again', async () => {
    const { page } = await open([run]);
    expect(await below(page)).toEqual([
      'embedding',
      'layer 0',
      'layer 1',
      'final norm',
      'head',
      'all of one token',
    ]);
    await page.getByRole('button', { name: 'head', exact: true }).click();
    expect(await below(page)).toEqual(['DRAM', 'DMA', 'SRAM', 'Array', 'Float unit', 'Vector unit', 'Leakage', 'all of head']); // prettier-ignore
    await page.getByRole('button', { name: 'DRAM', exact: true }).click();
    await page.getByRole('button', { name: 'dram.RD', exact: true }).click();
    const wanted = run.energy.find(({ phase, action }) => phase === 'decode' && action === 'dram.RD')!;
    const leaf = await page.locator('#leaf dd').allTextContents();
    expect(leaf[0]).toContain(String(wanted.count / 2).replace(/\B(?=(?:\d{3})+$)/g, ','));
    expect(leaf[1]).toBe(`${wanted.price_pJ}.00 pJ`);
    expect(leaf[2]).toBe(formatEnergy(wanted.energy_J / 2 / run.phases.decode!.tokens));
    expect(leaf.slice(3)).toEqual([wanted.grade, wanted.price, wanted.derivation, wanted.source]);
    await page.locator('#trail button', { hasText: 'one token' }).click();
    expect(await below(page)).toContain('all of one token');
    expect(await page.locator('#leaf').isVisible()).toBe(false);
  });

  test('the blocks answer to the keyboard and say where one is', async () => {
    const { page } = await open([run]);
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('aria-label');
    await page.locator('#icicle [tabindex="0"]').focus();
    expect(await focused()).toMatch(/^one token: /);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^layer 0: /);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^layer 1: /);
    await page.keyboard.press('Enter');
    expect(await focused()).toMatch(/^layer 1: /);
    expect(await page.locator('#status').textContent()).toMatch(/^layer 1: .* per token, .* of it; 7 below$/);
    expect(await below(page)).toContain('all of layer 1');
    await page.keyboard.press('Escape');
    expect(await below(page)).toContain('all of one token');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toMatch(/^one token: /);
    expect(await page.locator('#icicle [tabindex="0"]').count()).toBe(1);
  });

  test('the table of operations sorts both ways and filters', async () => {
    const { page } = await open([run]);
    const column = (n: number): Promise<string[]> => cells(page, `#layer-table tbody tr > :nth-child(${n})`);
    const adds = async (): Promise<number[]> =>
      (await column(7)).map((text) => Number(text.replaceAll(',', '')));
    const head = page.getByRole('columnheader', { name: 'Multiply-adds' });
    await head.getByRole('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await adds()).toEqual((await adds()).toSorted((a, b) => b - a));
    await head.getByRole('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await adds()).toEqual((await adds()).toSorted((a, b) => a - b));
    await page.getByRole('searchbox').fill('layers.1 proj');
    expect((await column(2)).toSorted()).toEqual(['down', 'gate', 'k', 'o', 'q', 'up', 'v'].map((name) => `layers.1.${name}_proj`)); // prettier-ignore
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('head');
    expect(await column(2)).toEqual(['head']);
    expect(await page.locator('#layer-count').textContent()).toMatch(/^1 of 31 operations, /);
  });

  test('another machine can be looked at, and the timeline is its own', async () => {
    const { page } = await open([run, aloneRun()]);
    await page.getByRole('combobox', { name: 'Machine' }).selectOption('edge-fp16');
    expect(await page.locator('#timeline-title').textContent()).toMatch(
      /^edge-fp16: layer 0 of a made-up step/,
    );
    expect(await cells(page, '#timeline-table tbody th')).toEqual([
      'dma.weights',
      'array',
      'array waits for',
    ]);
    expect((await cells(page, '#drill-table thead th'))[1]).toBe('edge-fp16');
  });

  test('texts of files stay texts', async () => {
    const { page, complaints } = await open([attacked]);
    await page.getByRole('button', { name: 'head', exact: true }).click();
    await page.getByRole('button', { name: 'DRAM', exact: true }).click();
    await page.getByRole('button', { name: 'dram.RD', exact: true }).click();
    expect((await page.locator('#leaf dd').allTextContents()).at(-1)).toBe(ATTACK);
    expect(await page.locator('h1').textContent()).toContain(ATTACK);
    expect((await cells(page, '#layer-table tbody th'))[0]).toBe(ATTACK);
    expect(await page.locator('#machine option').first().textContent()).toBe(ATTACK);
    expect(await page.evaluate('[window.hit, document.scripts.length, document.images.length]')).toEqual([
      undefined,
      2,
      0,
    ]);
    expect(complaints).toEqual({ errors: [], requests: [] });
  });

  test.each(['light', 'dark'] as const)('breaks no rule of axe in %s', async (colorScheme) => {
    const { page } = await open([run], { colorScheme });
    await page.locator('#open-all').click();
    await page.getByRole('button', { name: 'head', exact: true }).click();
    await page.evaluate(AXE);
    const broken = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200), nodes[0].failureSummary]))',
    );
    expect(broken).toEqual([]);
  });

  test('colours follow the system until the reader chooses', async () => {
    const { page } = await open([run], { colorScheme: 'dark' });
    const paper = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await paper();
    await page.getByRole('combobox', { name: 'Colours' }).selectOption('light');
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
    expect(await paper()).toBe(dark);
  });

  test('the names of the tracks of the timeline are whole', async () => {
    const decode = run.phases.decode!;
    const named = decode.timeline!.slices.map((slice) => ({ ...slice, track: 'refresh, channel 15' }));
    const timeline = { ...decode.timeline!, slices: named };
    const { page } = await open([exampleRun({ phases: { decode: { ...decode, timeline } } })]);
    const lefts = await page.locator('#timeline-picture').evaluate((picture) => {
      const edge = picture.querySelector('svg')!.getBoundingClientRect().left;
      return [...picture.querySelectorAll('text.label')].map(
        (name) => name.getBoundingClientRect().left - edge,
      );
    });
    expect(lefts.length).toBe(1);
    expect(Math.min(...lefts)).toBeGreaterThanOrEqual(0);
  });

  test('no bar of a figure is higher on the page than it was drawn', async () => {
    const { page } = await open([aloneRun()]);
    const boxes = await page.locator('#time-by-operation-decode .bar').evaluateAll((bars) =>
      bars.map((bar) => {
        const { top, bottom } = bar.getBoundingClientRect();
        return { top, bottom };
      }),
    );
    expect(boxes.length).toBeGreaterThan(5);
    for (const [i, { top }] of boxes.slice(1).entries()) expect(boxes[i]!.bottom).toBeLessThan(top);
  });

  test('paper has both phases and no controls', async () => {
    const { page } = await open([run], { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await phasesShown(page)).toEqual(['Prefill', 'Decode']);
    expect(await page.locator('.controls, nav').filter({ visible: true }).count()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  });

  test('without scripts everything that stands in the markup is there for both phases', async () => {
    const { page, complaints } = await open([run], { javaScriptEnabled: false });
    expect(await phasesShown(page)).toEqual(['Prefill', 'Decode']);
    expect(await page.locator('.scripted-only').filter({ visible: true }).count()).toBe(0);
    expect(await page.locator('noscript').count()).toBe(3);
    expect(complaints.requests).toEqual([]);
  });

  test.each([390, 1280])(
    'at a width of %i px nothing but what scrolls by itself is wider than the page',
    async (width) => {
      const { page } = await open([run, aloneRun()], { viewport: { width, height: 800 } });
      await page.locator('#open-all').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );
});
