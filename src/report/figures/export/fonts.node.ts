/** The fonts that figures are exported with: Arimo, which has the widths that figures are laid out by (`fonts/README.md`). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const FONT_FAMILY = 'Arimo';

/** The same from `src/report/figures/export` and from `dist/report/figures/export`. */
const FOLDER = new URL('../../../../fonts/', import.meta.url);

/** Paths of the faces by weight. */
export const FONT_FILES = {
  normal: fileURLToPath(new URL('arimo-regular.ttf', FOLDER)),
  bold: fileURLToPath(new URL('arimo-bold.ttf', FOLDER)),
} as const;

export type FontWeight = keyof typeof FONT_FILES;

export function fontBytes(weight: FontWeight): Buffer {
  return readFileSync(FONT_FILES[weight]);
}
