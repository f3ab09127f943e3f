/** Do the exported files show what the picture has: texts that are texts, fonts inside, the size asked for, the same bytes? */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { toPdf } from '../../../src/report/figures/export/pdf.node.ts';
import { toPng } from '../../../src/report/figures/export/png.node.ts';
import { embedFonts } from '../../../src/report/figures/export/svg.node.ts';
import { writeFigure } from '../../../src/report/figures/export/write.node.ts';
import { FIGURES } from '../../../src/report/figures/registry.ts';
import { exampleSource } from './data.ts';
import { readPdf } from './pdf-text.ts';
import { Picture } from './picture.ts';

const figures = await Promise.all(FIGURES.map((figure) => figure.make(exampleSource, 2)));

describe.each(figures.map((figure) => [figure.name, figure] as const))('%s', (_name, { svg }) => {
  test('has all its texts in the PDF, in fonts that are in it', async () => {
    const { texts, embedded, source } = readPdf(await toPdf(svg));
    expect(texts).toEqual(new Picture(svg).texts().map(({ text }) => text));
    expect(embedded.length).toBeGreaterThan(0);
    expect(embedded.every((font) => font.includes('Arimo'))).toBe(true);
    expect(source).not.toMatch(/\/CreationDate|\/ModDate|CreateDate/);
  });
});

const [{ svg }] = figures as [(typeof figures)[0]];
const { width, height } = new Picture(svg);

test('the PDF is a page of the size of the picture, the same bytes each time', async () => {
  const pdf = await toPdf(svg);
  expect(readPdf(pdf).source).toContain(`/MediaBox [0 0 ${width} ${height}]`);
  expect((await toPdf(svg)).equals(pdf)).toBe(true);
});

test('an element that is not known is refused and not left out', async () => {
  const strange = svg.replace('</svg>', '<circle cx="1" cy="1" r="1"/></svg>');
  await expect(toPdf(strange)).rejects.toThrow(/FIGURE_ELEMENT|<circle>/);
});

function sheetWith(text: string): string {
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="20pt" viewBox="0 0 90 20" ' +
    `font-family="Helvetica, sans-serif"><text x="2" y="14" font-size="12">${text}</text></svg>`
  );
}

describe('PNG', () => {
  test.each([72, 300])('at %i dpi has as many pixels, and says so', (dpi) => {
    const png = toPng(svg, dpi);
    expect(png.readUInt32BE(16)).toBe(Math.ceil((width * dpi) / 72));
    expect(png.readUInt32BE(20)).toBe(Math.ceil((height * dpi) / 72));
    const chunk = png.indexOf('pHYs');
    expect(png.readUInt32BE(chunk + 4)).toBe(Math.round(dpi / 0.0254));
    expect(toPng(svg, dpi).equals(png)).toBe(true);
  });

  test('draws text: without its fonts the picture would be blank', () => {
    expect(toPng(sheetWith('edge'), 72).length).toBeGreaterThan(toPng(sheetWith(''), 72).length + 100);
  });
});

test('the SVG has the faces that it uses', () => {
  const embedded = embedFonts(svg);
  expect(embedded.match(/@font-face/g)).toHaveLength(2);
  expect(embedded).toMatch(/font-family="Arimo, /);
  expect(embedFonts(svg.replaceAll('font-weight="bold"', '')).match(/@font-face/g)).toHaveLength(1);
});

test('a figure is written in the formats asked for, with numbers and caption, and nothing else stays', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tritsim-figures-'));
  const [figure] = figures as [(typeof figures)[0]];
  const written = await writeFigure(figure, folder, { formats: ['svg', 'pdf'], dpi: 100 });
  const names = ['svg', 'pdf', 'csv', 'txt'].map((extension) => `${figure.name}.${extension}`);
  expect(written.map((file) => path.basename(file))).toEqual(names);
  expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
  expect(await readFile(path.join(folder, `${figure.name}.csv`), 'utf8')).toBe(figure.csv);
});
