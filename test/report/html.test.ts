/** Is the page whole, safe, and the same as the run? */
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/analysis/run.ts';
import { runFigures } from '../../src/report/figures/run-figures.ts';
import { headline } from '../../src/report/headline.ts';
import { reportHtml } from '../../src/report/html.ts';
import { html, markupText, trusted } from '../../src/report/markup.ts';
import { aloneRun, exampleRun } from './fixture.ts';

const run = exampleRun();
const page = (of: Run): string => reportHtml(of, runFigures(of));
const { document } = parseHTML(page(run));
const ATTACK = '</title><script>alert(1)</script><img src=x onerror=alert(2)>"\'&';

describe('the page', () => {
  test('fetches nothing and runs nothing', () => {
    const text = page(run);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=/i);
    expect(
      [...text.matchAll(/(?:src|href)="([^"]*)"/g)].every(([, to]) => /^(#|data:text\/csv)/.test(to!)),
    ).toBe(true);
    expect(text).toContain("default-src 'none'");
  });

  test('keeps every text of a file a text', () => {
    const line = run.energy[0]!;
    const spoiled = exampleRun({
      machine: { ...run.machine, name: ATTACK },
      trace: { ...run.trace, name: ATTACK },
      prices: { ...run.prices, table: ATTACK },
      not_modelled: [ATTACK],
      energy: [{ ...line, action: ATTACK, unit: ATTACK, price: ATTACK, derivation: ATTACK, source: ATTACK }],
    });
    const attacked = page(spoiled);
    expect(attacked).not.toMatch(/<script|<img/i);
    const parsed = parseHTML(attacked).document;
    expect(parsed.querySelectorAll('script, img')).toHaveLength(0);
    expect(parsed.querySelector('#not-modelled ~ ul li')!.textContent!.trim()).toBe(ATTACK);
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
    const rows = [...document.querySelectorAll('table.account tbody tr')];
    expect(rows).toHaveLength(run.energy.length + run.baseline!.energy.length);
    const first = [...rows[0].querySelectorAll('td')].map((cell) => cell.textContent);
    const line = run.energy.find(({ component }) => component === 'dram')!;
    expect(first.slice(-3)).toEqual([line.price, line.derivation, line.source]);
  });

  test('links to each of its sections', () => {
    const targets = [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')!);
    expect(targets).toEqual(['#summary', '#figures', '#energy', '#not-modelled', '#checks']);
    for (const target of targets) expect(document.querySelector(target)).not.toBeNull();
  });

  test('shows all hashes whole', () => {
    const hashes = [...document.querySelectorAll('.hash')].map((cell) => cell.textContent);
    expect(hashes).toEqual(['a', 'f', 'b', 'f', 'd', 'e', 'c'].map((digit) => digit.repeat(64)));
  });

  test('is the same bytes twice and can do without a baseline', () => {
    expect(page(exampleRun())).toBe(page(run));
    expect(page(aloneRun())).not.toContain('edge-fp16');
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
