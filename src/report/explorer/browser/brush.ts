/** Ranges drawn on the axes of the parallel coordinates: drag sets one, a double click takes it back. */
import { announce, draw } from '../../page/browser/dom.ts';
import { type Dimension, placeOf, titleText, valueAt, valueText } from './dimension.ts';
import type { Explorer, Range } from './explorer.ts';
import type { Geometry } from './parallel.ts';
import { placeIn } from './pointer.ts';

/** Half the width of what takes a drag, and of a drawn range. */
const [GRIP, BRUSH] = [20, 7];
/** A shorter drag is a click. */
const LEAST_DRAG = 4;

export function startBrushes(explorer: Explorer, svg: SVGSVGElement, geometry: Geometry): void {
  const [top, foot] = [1, 0].map((place) => heightAt(place, geometry));
  const drawn = draw('g');
  svg.append(drawn);
  explorer.dimensions.forEach((dimension, i) => {
    const handle = draw('rect', {
      class: 'handle',
      'data-dimension': i,
      x: geometry.x(i) - GRIP,
      y: top! - 10,
      width: 2 * GRIP,
      height: foot! - top! + 20,
    });
    svg.append(handle);
    listen(explorer, svg, geometry, handle, dimension, i);
  });
  explorer.watch(['ranges'], () => {
    drawn.replaceChildren(
      ...explorer.ranges.flatMap((range, i) => {
        if (range === undefined) return [];
        const [from, to] = placesOf(explorer.dimensions[i]!, range);
        const [upper, lower] = [heightAt(to, geometry), heightAt(from, geometry)];
        const size = { x: geometry.x(i) - BRUSH, y: upper, width: 2 * BRUSH, height: lower - upper };
        return [draw('rect', { class: 'brush', ...size })];
      }),
    );
  });
}

function listen(
  explorer: Explorer,
  svg: SVGSVGElement,
  geometry: Geometry,
  handle: SVGRectElement,
  dimension: Dimension,
  index: number,
): void {
  let start: number | undefined;
  let range: Range | undefined;
  let dragged = false;
  let frame = 0;
  const apply = (): void => {
    frame = 0;
    explorer.setRange(index, range);
  };
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = placeIn(svg, event).y;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  handle.addEventListener('pointermove', (event) => {
    if (start === undefined) return;
    const { y } = placeIn(svg, event);
    dragged ||= Math.abs(y - start) >= LEAST_DRAG;
    if (!dragged) return;
    const [from, to] = [start, y].map(geometry.place).toSorted((a, b) => a - b);
    range = rangeBetween(dimension, from!, to!);
    // Drawing thousands of lines may take longer than the next movement.
    if (frame === 0) frame = requestAnimationFrame(apply);
  });
  const end = (): void => {
    start = undefined;
    if (frame === 0) return;
    cancelAnimationFrame(frame);
    apply();
  };
  handle.addEventListener('pointerup', () => {
    end();
    if (dragged) announce(`${titleText(dimension)}: ${explorer.kept.length} machines`);
  });
  handle.addEventListener('pointercancel', end);
  // The click that ends a drag chooses nothing.
  handle.addEventListener('click', (event) => {
    if (dragged) event.stopPropagation();
  });
  handle.addEventListener('dblclick', () => explorer.setRange(index, undefined));
}

/** The range between two places: whole levels, at least the nearest one; numbers as they are shown. */
function rangeBetween(dimension: Dimension, from: number, to: number): Range {
  const [low, high] = [valueAt(dimension, from), valueAt(dimension, to)];
  if (dimension.levels === undefined) {
    const [least, most] = [low, high].map((value) => Number(valueText(dimension, value)));
    return { from: least!, to: most! };
  }
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  const near = Math.round((low + high) / 2);
  return first <= last ? { from: first, to: last } : { from: near, to: near };
}

/** Places of the ends of a range; levels have half a step around them. */
function placesOf(dimension: Dimension, { from, to }: Range): readonly [number, number] {
  const { least, most, levels } = dimension;
  const room = levels === undefined ? 0 : Math.min(0.3 / Math.max(1, most - least), 0.05);
  const inside = (value: number): number => Math.min(most, Math.max(least, value));
  return [
    Math.max(0, placeOf(dimension, inside(from)) - room),
    Math.min(1, placeOf(dimension, inside(to)) + room),
  ];
}

function heightAt(place: number, { y }: Geometry): number {
  return y({ title: '', unit: '', least: 0, most: 1, log: false }, place);
}
