/** What the reader has set and looks at, and who is told when it changes. */
import type { ExplorerData, PointColumns } from '../page-data.ts';
import { type Dimension, dimensionsOf, valuesOf } from './dimension.ts';

/** Both ends belong to it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Shown {
  readonly position: number;
  readonly values: readonly number[];
  /** Class of its colour. */
  readonly series: string;
  readonly front: boolean;
  readonly columns: PointColumns;
}

/** What changed. */
export type Change = 'ranges' | 'pointed' | 'chosen';

export class Explorer {
  readonly data: ExplorerData;
  readonly dimensions: readonly Dimension[];
  readonly points: readonly Shown[];
  /** By dimension. */
  readonly ranges: (Range | undefined)[];
  /** The points within all ranges, in the order of the space. */
  kept: readonly Shown[];
  pointed: Shown | undefined;
  chosen: Shown | undefined;
  readonly #listeners: (readonly [Change, () => void])[] = [];

  constructor(data: ExplorerData) {
    this.data = data;
    this.dimensions = dimensionsOf(data);
    this.points = data.points.map((columns) => ({
      position: columns[0],
      values: valuesOf(columns),
      series: data.series < 0 ? 's-none' : `s-${columns[1][data.series]!}`,
      front: columns[4] === 1,
      columns,
    }));
    this.ranges = this.dimensions.map(() => undefined);
    this.kept = this.points;
  }

  text(index: number): string {
    return this.data.texts[index]!;
  }

  /** A range that holds everything is none. */
  setRange(dimension: number, range: Range | undefined): void {
    const { least, most } = this.dimensions[dimension]!;
    this.ranges[dimension] =
      range !== undefined && range.from <= least && range.to >= most ? undefined : range;
    this.#filter();
  }

  clear(): void {
    this.ranges.fill(undefined);
    this.#filter();
  }

  point(shown: Shown | undefined): void {
    if (shown === this.pointed) return;
    this.pointed = shown;
    this.#tell('pointed');
  }

  choose(shown: Shown): void {
    this.chosen = shown;
    this.#tell('chosen');
  }

  /** Calls `listener` now and after every change of these kinds. */
  watch(changes: readonly Change[], listener: () => void): void {
    for (const change of changes) this.#listeners.push([change, listener]);
    listener();
  }

  #filter(): void {
    const set = this.ranges.flatMap((range, i) => (range === undefined ? [] : [[i, range] as const]));
    this.kept = this.points.filter(({ values }) =>
      set.every(([i, { from, to }]) => values[i]! >= from && values[i]! <= to),
    );
    this.#tell('ranges');
  }

  #tell(change: Change): void {
    for (const [wanted, listener] of this.#listeners) if (wanted === change) listener();
  }
}

/** The paths of a drawing: machines out of the ranges, those within by colour, the front over them. */
export function groupsOf(
  { points, kept }: Explorer,
  pathOf: (shown: Shown) => string,
): { readonly style: string; readonly path: string }[] {
  const within = new Set(kept);
  const groups = new Map<string, Set<string>>([['out', new Set()]]);
  for (const layer of ['in', 'front']) {
    for (const { series } of points) groups.set(`${layer} ${series}`, new Set());
  }
  for (const shown of points) {
    const style = within.has(shown) ? `${shown.front ? 'front' : 'in'} ${shown.series}` : 'out';
    groups.get(style)!.add(pathOf(shown));
  }
  return [...groups].map(([style, paths]) => ({ style, path: [...paths].join('') }));
}
