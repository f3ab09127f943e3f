/** A figure as an SVG that looks the same everywhere: the faces that it uses are in it. */
import { FONT_FAMILY, fontBytes, type FontWeight } from './fonts.node.ts';

/** The picture with its fonts embedded; its texts stay texts. */
export function embedFonts(svg: string): string {
  const weights: FontWeight[] = svg.includes('font-weight="bold"') ? ['normal', 'bold'] : ['normal'];
  const faces = weights.map((weight) => {
    const data = fontBytes(weight).toString('base64');
    return `@font-face{font-family:${FONT_FAMILY};font-weight:${weight};src:url(data:font/ttf;base64,${data})}`;
  });
  return svg
    .replace('font-family="', `font-family="${FONT_FAMILY}, `)
    .replace(/(<svg[^>]*>)/, (head) => `${head}<style>${faces.join('')}</style>`);
}
