/** Reads the texts of a PDF back through its fonts' maps to Unicode, as a program that searches it would. */
import { inflateSync } from 'node:zlib';

export interface PdfContents {
  readonly texts: readonly string[];
  /** Names of the fonts whose program is in the file. */
  readonly embedded: readonly string[];
  readonly source: string;
}

export function readPdf(pdf: Buffer): PdfContents {
  const source = pdf.toString('latin1');
  const objects = new Map(
    [...source.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, id, body]) => [Number(id), body!]),
  );
  const reference = (body: string, key: string): string =>
    objects.get(Number(new RegExp(`/${key} \\[?(\\d+) 0 R`).exec(body)?.[1])) ?? '';
  const fonts = new Map<string, Map<number, string>>();
  const embedded: string[] = [];
  for (const body of objects.values()) {
    for (const [, name, id] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      fonts.set(name!, unicodeOf(streamOf(reference(objects.get(Number(id))!, 'ToUnicode'))));
    }
    if (body.includes('/FontFile2')) embedded.push(/\/FontName \/([\w+-]+)/.exec(body)![1]!);
  }
  const page = [...objects.values()].find((body) => /\/Type \/Page\n/.test(body))!;
  return { texts: textsOf(streamOf(reference(page, 'Contents')), fonts), embedded, source };
}

function streamOf(body: string): string {
  const bytes = Buffer.from(/stream\n([\s\S]*)\nendstream/.exec(body)![1]!, 'latin1');
  return (body.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
}

/** Glyph to text, out of the ranges of a map. */
function unicodeOf(map: string): Map<number, string> {
  const texts = new Map<number, string>();
  for (const [, first, list] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
    [...list!.matchAll(/<([0-9a-f ]*)>/gi)].forEach(([, hex], i) => {
      const units = hex!.replaceAll(' ', '').match(/.{4}/g) ?? [];
      texts.set(
        Number.parseInt(first!, 16) + i,
        String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16))),
      );
    });
  }
  return texts;
}

function textsOf(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string[] {
  return [...content.matchAll(/BT\n([\s\S]*?)ET/g)].map(([, block]) => {
    const font = fonts.get(/\/(F\d+) /.exec(block!)![1]!)!;
    const glyphs = [...block!.matchAll(/<([0-9a-f]+)>/gi)].flatMap(([, hex]) => hex!.match(/.{4}/g)!);
    return glyphs.map((glyph) => font.get(Number.parseInt(glyph, 16))!).join('');
  });
}
