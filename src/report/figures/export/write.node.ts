/** Figures as files: the picture in each format, its numbers as CSV and its caption as text, all named like the figure. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TritsimError } from '../../../errors/error.ts';
import type { Figure } from '../figure.ts';
import { toPdf } from './pdf.node.ts';
import { toPng } from './png.node.ts';
import { embedFonts } from './svg.node.ts';

export const FIGURE_FORMATS = ['svg', 'pdf', 'png'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

export interface ExportOptions {
  readonly formats: readonly FigureFormat[];
  /** Of PNG: pixels per inch at the printed size. */
  readonly dpi: number;
}

/**
 * Writes a figure into `folder`, which is made; each file beside its place and then renamed. Files of the same names are replaced,
 * others left alone.
 *
 * @returns the paths: pictures in the order of the formats, then the CSV, then the caption
 * @throws FILE_WRITE
 */
export async function writeFigure(
  figure: Figure,
  folder: string,
  { formats, dpi }: ExportOptions,
): Promise<string[]> {
  const contents: [extension: string, content: string | Buffer][] = [];
  for (const format of formats) contents.push([format, await render(figure.svg, format, dpi)]);
  contents.push(['csv', figure.csv], ['txt', `${figure.title}.\n${figure.caption}\n`]);
  const paths: string[] = [];
  for (const [extension, content] of contents) {
    const file = path.join(folder, `${figure.name}.${extension}`);
    await writeBeside(file, content);
    paths.push(file);
  }
  return paths;
}

function render(svg: string, format: FigureFormat, dpi: number): Promise<Buffer> | string | Buffer {
  switch (format) {
    case 'svg':
      return embedFonts(svg);
    case 'pdf':
      return toPdf(svg);
    case 'png':
      return toPng(svg, dpi);
  }
}

async function writeBeside(file: string, content: string | Buffer): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new TritsimError('FILE_WRITE', 'cannot be written', {
      place: file,
      found: (cause as Error).message,
      cause,
    });
  }
}
