/** Reads back what a figure drew. */
import { DOMParser } from 'linkedom';
import { textWidth } from '../../../src/report/figures/theme.ts';

export interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Rect {
  readonly role: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class Picture {
  readonly #root;
  readonly width: number;
  readonly height: number;

  constructor(svg: string) {
    this.#root = new DOMParser().parseFromString(svg, 'image/svg+xml');
    const [, , width, height] = this.#root.documentElement.getAttribute('viewBox').split(' ').map(Number);
    this.width = width!;
    this.height = height!;
  }

  rects(selector: string): Rect[] {
    return [...this.#root.querySelectorAll(selector)].map((rect) => ({
      role: rect.getAttribute('class')!,
      x: Number(rect.getAttribute('x')),
      y: Number(rect.getAttribute('y')),
      width: Number(rect.getAttribute('width')),
      height: Number(rect.getAttribute('height')),
    }));
  }

  /** Every text with an upper bound of the room that it takes. */
  texts(): Box[] {
    return [...this.#root.querySelectorAll('text')].map((element) => {
      const size = Number(element.getAttribute('font-size'));
      const text = element.textContent ?? '';
      const width = textWidth(text, size);
      const x = Number(element.getAttribute('x'));
      const baseline = Number(element.getAttribute('y'));
      const anchor = element.getAttribute('text-anchor') as 'start' | 'middle' | 'end';
      const before = { start: 0, middle: width / 2, end: width }[anchor];
      if (element.hasAttribute('transform')) {
        const top = baseline - width + before;
        return { text, left: x - size * 0.72, right: x, top, bottom: top + width };
      }
      return {
        text,
        left: x - before,
        right: x - before + width,
        top: baseline - size * 0.72,
        bottom: baseline,
      };
    });
  }

  /** Pairs of texts that share room on the sheet. */
  overlaps(): string[] {
    const boxes = this.texts();
    return boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map((b) => `${a.text} / ${b.text}`),
    );
  }

  /** Texts that leave the sheet. */
  outside(): string[] {
    return this.texts()
      .filter(
        ({ left, right, top, bottom }) => left < 0 || right > this.width || top < 0 || bottom > this.height,
      )
      .map(({ text }) => text);
  }

  ids(): string[] {
    return [...this.#root.querySelectorAll('[id]')].map((element) => element.getAttribute('id')!);
  }
}
