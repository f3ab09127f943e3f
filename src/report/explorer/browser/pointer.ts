/** The pointer over a drawing: what it is near is pointed at, a click chooses it. */
import type { Explorer, Shown } from './explorer.ts';
import { choosePoint } from './place.ts';

/** Where an event is in the units of a drawing. */
export function placeIn(svg: SVGSVGElement, { clientX, clientY }: MouseEvent): DOMPoint {
  return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM()!.inverse());
}

/** @param find the machine at a place of the drawing */
export function followPointer(
  explorer: Explorer,
  svg: SVGSVGElement,
  find: (x: number, y: number) => Shown | undefined,
): void {
  svg.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0) return;
    const { x, y } = placeIn(svg, event);
    explorer.point(find(x, y));
  });
  svg.addEventListener('pointerleave', () => explorer.point(undefined));
  svg.addEventListener('click', (event) => {
    const { x, y } = placeIn(svg, event);
    const found = find(x, y);
    if (found !== undefined) choosePoint(explorer, found);
  });
}
