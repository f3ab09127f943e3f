/** Is the page whole, safe, and the same as the run? */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/analysis/run.ts';
import { runFigures } from '../../src/report/figures/run-figures.ts';
import { headline } from '../../src/report/headline.ts';
import { reportHtml } from '../../src/report/html.ts';
import { html, markupText, trusted } from '../../src/report/markup.ts';
import { MAX_PAGE_BYTES } from '../../src/report/page/document.ts';
import { pageData } from '../../src/report/page/page-data.ts';
import { reportFigures } from '../../src/report/files.ts';
import { REPORT_SCRIPT, scriptModule } from '../../scripts/page-script.ts';
import { aloneRun, exampleRun } from './fixture.ts';

const run = exampleRun();
const page = (of: Run): string => reportHtml([of], runFigures(of));
const { document } = parseHTML(page(run));
const ATTACK = '</title><script>alert(1)</script><img src=x onerror=alert(2)>"\'&';

const SECTIONS =
  'summary drill-down time layers zeros figures energy area not-modelled machines checks'.split(' ');

/** The page without the script of ours and the data that it reads, which are no markup. */
const markupOf = (text: string): string =>
  text.replaceAll(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1</script>');

describe('the page', () => {
  test('fetches nothing, and runs its own script only, which its policy names by its hash', () => {
    const text = page(run);
    expect(/<link|<img|<iframe|@import|url\(|\son\w+=/i.test(markupOf(text))).toBe(false);
    const addresses = [...markupOf(text).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to!);
    expect(addresses.filter((to) => !/^(#|data:text\/csv)/.test(to))).toEqual([]);
    const scripts = [...text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.map(([, attributes]) => attributes)).toEqual([
      ' type="application/json" id="page-data"',
      '',
    ]);
    const hash = createHash('sha256').update(scripts[1]![2]!).digest('base64');
    const policy = parseHTML(text).document.querySelector('meta[http-equiv]')!.getAttribute('content');
    expect(policy).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}';`);
  });

  test('opens and closes document, head and body once, in this order', () => {
    const tags = [...markupOf(page(run)).matchAll(/<!doctype html>|<\/?(?:html|head|body)\b/gi)];
    expect(tags.map(([tag]) => tag).join(' ')).toBe('<!doctype html> <html <head </head <body </body </html');
  });

  test('keeps every text of a file a text', () => {
    const line = run.energy[0]!;
    const zeros = run.trace.zeros!.map((row) => ({ ...row, operation: ATTACK }));
    const spoiled = exampleRun({
      machine: { ...run.machine, name: ATTACK, resolved: { [ATTACK]: ATTACK } },
      trace: { ...run.trace, name: ATTACK, zeros },
      prices: { ...run.prices, table: ATTACK },
      not_modelled: [ATTACK],
      energy: [{ ...line, action: ATTACK, unit: ATTACK, price: ATTACK, derivation: ATTACK, source: ATTACK }],
    });
    const attacked = page(spoiled);
    expect(attacked.match(/<script/gi)).toHaveLength(2);
    expect(/<img/i.test(attacked)).toBe(false);
    const parsed = parseHTML(attacked).document;
    expect(parsed.querySelectorAll('script')).toHaveLength(2);
    expect(parsed.querySelectorAll('img')).toHaveLength(0);
    expect(parsed.querySelector('#not-modelled ~ ul li')!.textContent!.trim()).toBe(ATTACK);
    const { texts } = JSON.parse(parsed.querySelector('#page-data')!.textContent!) as { texts: string[] };
    expect(texts).toContain(ATTACK);
  });

  test('prints the numbers of the headline, a table per phase', () => {
    const tables = [...document.querySelectorAll('table.headline')];
    const printed = tables.map((table) =>
      [...table.querySelectorAll('tbody tr')].map((row) => row.querySelectorAll('td')[0].textContent),
    );
    expect(printed).toEqual(headline(run).map(({ rows }) => rows.map((row) => row.values[0]!.value)));
  });

  test('has the figures with their titles, and each id once', () => {
    expect([...document.querySelectorAll('figure svg title')].map((title) => title.textContent)).toEqual(
      runFigures(run).map((figure) => figure.title),
    );
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('carries the data of each figure in its link', () => {
    const links = [...document.querySelectorAll('figcaption a')].map((link) => link.getAttribute('href')!);
    const data = links.map((link) => decodeURIComponent(link.replace('data:text/csv;charset=utf-8,', '')));
    expect(data).toEqual(runFigures(run).map((figure) => figure.csv));
  });

  test('lists every line of the energy account with its price and source', () => {
    const rows = [...document.querySelectorAll('#energy ~ section table.account tbody tr')];
    expect(rows).toHaveLength(run.energy.length + run.baseline!.energy.length);
    const first = [...rows[0].querySelectorAll('td')].map((cell) => cell.textContent);
    const line = run.energy.find(({ component }) => component === 'dram')!;
    expect(first.slice(-3)).toEqual([line.price, line.derivation, line.source]);
  });

  test('links to each of its sections', () => {
    const targets = [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')!);
    expect(targets).toEqual(SECTIONS.map((id) => `#${id}`));
    for (const target of targets) expect(document.querySelector(target)).not.toBeNull();
  });

  test('shows all hashes whole', () => {
    const hashes = [...document.querySelectorAll('.hash')].map((cell) => cell.textContent);
    expect(hashes).toEqual(['a', 'f', 'b', 'f', 'd', 'e', 'c'].map((digit) => digit.repeat(64)));
  });

  test('shows several runs side by side, each machine under a name of its own', () => {
    const both = parseHTML(reportHtml([run, aloneRun()], reportFigures([run, aloneRun()]))).document;
    const heads = [...both.querySelectorAll('table.headline thead')].map((head) =>
      [...head.querySelectorAll('th')].map((cell) => cell.textContent).filter((text) => text !== 'share'),
    );
    const expected = ['edge-ternary (run 1)', 'edge-fp16', 'ratio', 'edge-ternary (run 2)'];
    expect(heads).toEqual([expected, expected]);
    const options = [...both.querySelectorAll('#machine option')].map((option) => option.textContent);
    expect(options).toEqual(['edge-ternary (run 1)', 'edge-fp16', 'edge-ternary (run 2)']);
  });

  test('marks the rows in which machines differ', () => {
    const rows = [...document.querySelectorAll('table.machines tbody tr')];
    expect(rows.map((row) => row.className)).toEqual(['differs', '', '']);
  });

  test('names every measure of the energy by part, and its data adds up to the phase', () => {
    const { machines } = pageData([run]);
    for (const { phases } of machines) {
      for (const phase of Object.values(phases)) {
        const joules = phase.parts!.actions.flatMap(([, counts], i) =>
          counts.map((count) => count * phase.lines[i]![4] * 1e-12),
        );
        expect(joules.reduce((a, b) => a + b, 0) / phase.energy_J).toBeCloseTo(1, 7);
      }
    }
  });

  test('is refused where it would be larger than 2 MB', () => {
    const long = { ...run, not_modelled: ['x'.repeat(MAX_PAGE_BYTES)] };
    expect(() => page(long)).toThrow(expect.objectContaining({ code: 'REPORT_SIZE' }));
  });

  test('its script is the one that its sources give', async () => {
    expect(
      readFileSync(REPORT_SCRIPT.file, 'utf8') === (await scriptModule(REPORT_SCRIPT)),
      'npx tsx scripts/write-page.ts',
    ).toBe(true);
  });

  test('is the same bytes twice and can do without a baseline', () => {
    expect(page(exampleRun()) === page(run)).toBe(true);
    expect(page(aloneRun()).includes('edge-fp16')).toBe(false);
  });
});

describe('html', () => {
  test('escapes texts and numbers in elements and attributes, and nests markup as it is', () => {
    const items = ['<b>', 2].map((item) => html`<li>${item}</li>`);
    const list = markupText(html`<p title="${`"'&`}">${items}</p>`);
    expect(list).toBe('<p title="&quot;&#39;&amp;"><li>&lt;b&gt;</li><li>2</li></p>');
    expect(markupText(trusted('<br>'))).toBe('<br>');
  });
});
