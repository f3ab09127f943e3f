/** A figure as pixels. The same picture gives the same bytes: no fonts of the system, no time in the file. */
import { crc32 } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { FONT_FAMILY, FONT_FILES } from './fonts.node.ts';

const METRES_PER_INCH = 0.0254;
/** Signature and IHDR, after which pHYs may stand (PNG specification, third edition, 5.6 and 11.3.4.3). */
const HEADER_BYTES = 33;

/** @param dpi pixels per inch at the printed size; the file says so too, for programs that place it */
export function toPng(svg: string, dpi: number): Buffer {
  const picture = new Resvg(svg, {
    dpi,
    font: {
      fontFiles: Object.values(FONT_FILES),
      loadSystemFonts: false,
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
    },
  });
  const png = picture.render().asPng();
  return Buffer.concat([png.subarray(0, HEADER_BYTES), resolution(dpi), png.subarray(HEADER_BYTES)]);
}

/** The chunk pHYs: pixels per metre in both directions. */
function resolution(dpi: number): Buffer {
  const body = Buffer.alloc(13);
  body.write('pHYs', 0, 'latin1');
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  body.writeUInt32BE(perMetre, 4);
  body.writeUInt32BE(perMetre, 8);
  body.writeUInt8(1, 12);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return chunk;
}
