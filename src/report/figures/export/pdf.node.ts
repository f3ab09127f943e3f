/**
 * A figure as a page of PDF of its own size: vectors, and texts that stay texts, in embedded subsets of the fonts.
 *
 * Only what `drawing.ts`, `marks.ts` and `axes.ts` draw is known here; anything else is refused and never left out in
 * silence. The file holds no date, so the same picture gives the same bytes.
 */
import { DOMParser } from 'linkedom/worker';
import PdfDocument from 'pdfkit';
import { TritsimError } from '../../../errors/error.ts';
import { FONT_FILES } from './fonts.node.ts';

/** The members of an element that are read. */
interface Element {
  readonly localName: string;
  readonly children: Iterable<Element>;
  readonly textContent: string;
  getAttribute(name: string): string | null;
}

type Page = InstanceType<typeof PdfDocument>;

/** @throws FIGURE_ELEMENT where the picture has something that this cannot draw */
export async function toPdf(svg: string): Promise<Buffer> {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement as unknown as Element;
  const [, , width, height] = root.getAttribute('viewBox')!.split(' ').map(Number);
  const title = [...root.children].find(({ localName }) => localName === 'title')?.textContent ?? '';
  const page = new PdfDocument({
    size: [width!, height!],
    margin: 0,
    // Newer versions demand a date; what they add is not needed, since nothing is transparent.
    pdfVersion: '1.3',
    // The file's identifier is made from these, so the date is a constant; what is written is what can be enumerated.
    // oxlint-disable-next-line no-restricted-globals -- not the clock's
    info: { Title: title, Creator: 'tritsim', Producer: 'pdfkit', CreationDate: new Date(0) },
    lang: 'en',
  });
  Object.defineProperty(page.info, 'CreationDate', { enumerable: false });
  for (const [weight, file] of Object.entries(FONT_FILES)) page.registerFont(weight, file);
  const done = bytesOf(page);
  drawChildren(page, root);
  page.end();
  return done;
}

function bytesOf(page: Page): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    page.on('data', (part: Buffer) => parts.push(part));
    page.on('end', () => resolve(Buffer.concat(parts)));
    page.on('error', reject);
  });
}

function drawChildren(page: Page, parent: Element): void {
  for (const child of parent.children) drawElement(page, child);
}

function drawElement(page: Page, element: Element): void {
  const number = (name: string): number => Number(element.getAttribute(name));
  switch (element.localName) {
    case 'title':
    case 'desc':
      return;
    case 'g':
      drawChildren(page, element);
      return;
    case 'text':
      drawText(page, element);
      return;
    case 'rect':
      paint(page, element, () => page.rect(number('x'), number('y'), number('width'), number('height')));
      return;
    case 'line':
      paint(page, element, () => page.moveTo(number('x1'), number('y1')).lineTo(number('x2'), number('y2')));
      return;
    case 'path':
      paint(page, element, () => page.path(element.getAttribute('d')!));
      return;
    default:
      throw new TritsimError('FIGURE_ELEMENT', 'the picture has an element that no PDF is made of', {
        found: `<${element.localName}>`,
        hint: 'This is a defect of the figure.',
      });
  }
}

/** Fills and strokes the path that `trace` makes; PDF allows nothing else between a path and its painting. */
function paint(page: Page, element: Element, trace: () => void): void {
  const fill = colourOf(element, 'fill');
  const stroke = colourOf(element, 'stroke');
  page.save();
  if (stroke !== null) {
    page.lineWidth(Number(element.getAttribute('stroke-width') ?? 1));
    const dashes = element.getAttribute('stroke-dasharray')?.split(' ').map(Number);
    // The declared type knows a single length only; PDF and pdfkit take any number of them.
    if (dashes !== undefined) page.dash(dashes as unknown as number, {});
  }
  trace();
  if (fill !== null && stroke !== null) page.fillAndStroke(fill, stroke);
  else if (fill !== null) page.fill(fill);
  else if (stroke !== null) page.stroke(stroke);
  page.restore();
}

/** Null where nothing is painted. */
function colourOf(element: Element, attribute: 'fill' | 'stroke'): string | null {
  const colour = element.getAttribute(attribute);
  return colour === null || colour === 'none' ? null : colour;
}

function drawText(page: Page, element: Element): void {
  const text = element.textContent;
  const [x, y] = [Number(element.getAttribute('x')), Number(element.getAttribute('y'))];
  page
    .font(element.getAttribute('font-weight') ?? 'normal')
    .fontSize(Number(element.getAttribute('font-size')));
  const before = { start: 0, middle: 0.5, end: 1 }[element.getAttribute('text-anchor') ?? 'start']!;
  const turn = /^rotate\((\S+) (\S+) (\S+)\)$/.exec(element.getAttribute('transform') ?? '');
  page.save();
  if (turn !== null) page.rotate(Number(turn[1]), { origin: [Number(turn[2]), Number(turn[3])] });
  page
    .fillColor(element.getAttribute('fill')!)
    .text(text, x - before * page.widthOfString(text), y, { lineBreak: false, baseline: 'alphabetic' });
  page.restore();
}
