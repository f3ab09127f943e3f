/** Values on their way between a stage's chunk and DRAM, and what has to wait for them there. */
import { panelPieces, rowPieces } from '../spill.ts';
import type { Step } from '../steps.ts';
import type { Work } from '../work.ts';
import type { LoweringContext } from './context.ts';

/** Which rows of a tensor have been stored by which command; the last store of all; the last one of each cache. */
export class SpillLog {
  readonly #stored = new Map<
    string,
    { readonly from: number; readonly to: number; readonly command: number }[]
  >();
  readonly #cached = new Map<string, number>();
  /** The latest store, or −1: stores finish in order. */
  last = -1;

  add(tensor: string, { firstRow, rows }: Step, command: number): void {
    const list = this.#stored.get(tensor) ?? [];
    list.push({ from: firstRow, to: firstRow + rows, command });
    this.#stored.set(tensor, list);
  }

  /** The latest store of any of these rows, −1 where none was in this program. */
  storeOf(tensor: string, { firstRow, rows }: Step): number {
    const overlapping = (this.#stored.get(tensor) ?? []).filter(
      ({ from, to }) => from < firstRow + rows && to > firstRow,
    );
    return Math.max(-1, ...overlapping.map(({ command }) => command));
  }

  addCached(attention: string, sequence: number, command: number): void {
    this.#cached.set(`${attention} ${sequence}`, command);
  }

  /** The latest store of keys or values of a sequence. */
  cacheOf(attention: string, sequence: number): number {
    return this.#cached.get(`${attention} ${sequence}`) ?? -1;
  }

  /** What is known of one tensor holds for another: that of a layer left out because it is like this one. */
  copy(from: string, to: string): void {
    const list = this.#stored.get(from);
    if (list !== undefined) this.#stored.set(to, list);
  }
}

/** Bytes from the activation buffer to DRAM. */
export function addStore(
  context: LoweringContext,
  address: number,
  bytes: number,
  after: readonly number[],
): number {
  const work: Work = { unit: 'store', buffer: 'activations', bufferBytes: bytes };
  const command = context.builder.addTransfer('dma.store', work, address, bytes, after);
  context.spills.last = command;
  return command;
}

/** Stores panel `panel` of a result that later stages read, once `after` has finished; −1 where none does. */
export function storePanel(
  context: LoweringContext,
  name: string,
  panel: number,
  after: readonly number[],
): number {
  const { stage, step, addresses, whole, spills } = context;
  if (!stage.stores.some((tensor) => tensor.name === name)) return -1;
  const region = addresses.spills(whole.phase).get(name)!;
  let last = -1;
  for (const { address, bytes } of panelPieces(region, panel, step.firstRow - whole.firstRow, step.rows)) {
    last = addStore(context, address, bytes, after);
  }
  spills.add(name, step, last);
  return last;
}

/** Loads what the stage reads of this chunk's rows; `finished` names the loads as what makes these tensors. */
export function loadInputs(context: LoweringContext): void {
  const { builder, stage, finished, free } = context;
  for (const tensor of stage.loads) {
    builder.beginOperation(tensor.consumers.find((i) => i >= stage.from)!);
    finished.set(tensor.name, [loadTensor(context, tensor.name, free)]);
  }
}

/** Loads the chunk's rows of a tensor; returns the last of the loads, which finish in order. */
export function loadTensor(context: LoweringContext, name: string, free: readonly number[]): number {
  const { builder, step, whole, addresses, spills } = context;
  const after = [...free, spills.storeOf(name, step)];
  const region = addresses.spills(whole.phase).get(name)!;
  let last = -1;
  for (const { address, bytes } of rowPieces(region, step.firstRow - whole.firstRow, step.rows)) {
    const work: Work = { unit: 'load', buffer: 'activations', bufferBytes: bytes, decoded: null, groups: 0 };
    last = builder.addTransfer('dma.stream', work, address, bytes, after);
  }
  return last;
}
