/** Works by their sizes: each has one index, whatever the number of commands that have it. */
import type { Work } from './work.ts';

export class WorkTable {
  readonly works: Work[] = [];
  readonly #index = new Map<string, number>();
  /** By unit: the work that was asked for last. */
  readonly #last: Partial<Record<Work['unit'], number>> = {};

  /** The index of a work, which it gets where it is new. */
  indexOf(work: Work): number {
    // Tiles in a row are mostly of one size.
    const last = this.#last[work.unit];
    if (last !== undefined && sameSize(this.works[last]!, work)) return last;
    const key = keyOf(work);
    let index = this.#index.get(key);
    if (index === undefined) {
      index = this.works.push(work) - 1;
      this.#index.set(key, index);
    }
    this.#last[work.unit] = index;
    return index;
  }
}

function keyOf(work: Work): string {
  switch (work.unit) {
    case 'array': {
      const { rows, k, n, accumulate, values } = work;
      const size = `a${rows},${k},${n},${accumulate ? 1 : 0}`;
      if (values === undefined) return size;
      const { matrix, tile, activations } = values;
      return `${size},${matrix},${tile},${activations?.phase},${activations?.firstRow}`;
    }
    case 'vector':
      return `v${work.routine},${work.elements},${work.groups}`;
    case 'float':
      return `f${work.multiplyAdds},${work.operandReads},${work.operandBits},${work.activationReads},${work.results}`;
    case 'load':
      return `l${work.buffer},${work.bufferBytes},${work.decoded},${work.groups}`;
    case 'store':
      return `s${work.buffer},${work.bufferBytes}`;
  }
}

/** Whether two works are surely the same; false where it would take longer to tell. */
function sameSize(a: Work, b: Work): boolean {
  if (a.unit === 'array' && b.unit === 'array') {
    if (a.values !== undefined || b.values !== undefined) return false;
    return a.rows === b.rows && a.k === b.k && a.n === b.n && a.accumulate === b.accumulate;
  }
  if (a.unit === 'vector' && b.unit === 'vector') {
    return a.routine === b.routine && a.elements === b.elements && a.groups === b.groups;
  }
  if (a.unit === 'float' && b.unit === 'float') {
    return (
      a.multiplyAdds === b.multiplyAdds &&
      a.operandReads === b.operandReads &&
      a.operandBits === b.operandBits &&
      a.activationReads === b.activationReads &&
      a.results === b.results
    );
  }
  if (a.unit === 'load' && b.unit === 'load') {
    return (
      a.buffer === b.buffer &&
      a.bufferBytes === b.bufferBytes &&
      a.decoded === b.decoded &&
      a.groups === b.groups
    );
  }
  if (a.unit === 'store' && b.unit === 'store')
    return a.buffer === b.buffer && a.bufferBytes === b.bufferBytes;
  return false;
}
