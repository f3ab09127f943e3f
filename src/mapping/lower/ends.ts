/** The two ends of a step: rows of the embedding table in, logits out. */
import type { EmbeddingOperation, HeadOperation } from '../../trace/operation.ts';
import { floatBytes } from '../packing.ts';
import { parts, SLOTS } from '../tiling.ts';
import type { Work } from '../work.ts';
import { producers, type LoweringContext } from './context.ts';
import { addStore } from './spill.ts';

export function lowerEmbedding(context: LoweringContext, operation: EmbeddingOperation): void {
  const { builder, machine, step, addresses } = context;
  const bytes = operation.hidden * floatBytes(machine.embedding.precision);
  const load: Work = { unit: 'load', buffer: 'activations', bufferBytes: bytes, decoded: null, groups: 0 };
  const loads: number[] = [];
  for (let row = 0; row < step.rows; row++) {
    const address = addresses.embedding + context.idOf(step.firstRow + row) * bytes;
    loads.push(builder.addTransfer('dma.stream', load, address, bytes, context.free));
  }
  const elements = step.rows * operation.hidden;
  const work: Work = { unit: 'vector', routine: 'embed', elements, groups: 0 };
  context.finished.set(operation.name, [builder.addCompute('vector', work, loads)]);
}

/** The head's rows stream through the operand buffer; a step that ends no prompt has no logits. */
export function lowerHead(context: LoweringContext, operation: HeadOperation): void {
  const { builder, machine, step, addresses, operandSlots } = context;
  const rows = step.segments.filter((segment) => segment.last).length;
  if (rows === 0) return;
  const weight = floatBytes(machine.embedding.precision);
  const value = floatBytes(machine.activations.format);
  const slot = machine.buffers.operands.capacityBytes / SLOTS;
  const tileN = Math.max(1, Math.floor(slot / (operation.in * weight)));
  const inputs = producers(context, operation.after);
  const finished: number[] = [];
  for (const n of parts(operation.out, tileN)) {
    const bytes = n.size * operation.in * weight;
    const load: Work = { unit: 'load', buffer: 'operands', bufferBytes: bytes, decoded: null, groups: 0 };
    const address = addresses.head + n.from * operation.in * weight;
    const loadAfter = [operandSlots.freeAfter];
    if (machine.overlap.weightPrefetch !== 'across') loadAfter.push(...inputs);
    const loaded = builder.addTransfer('dma.weights', load, address, bytes, loadAfter);
    const work: Work = {
      unit: 'float',
      multiplyAdds: rows * n.size * operation.in,
      operandReads: rows * n.size * operation.in,
      operandBits: 8 * weight,
      activationReads: rows * operation.in,
      results: rows * n.size,
    };
    const computed = builder.addCompute('float', work, [loaded, ...inputs]);
    operandSlots.take(computed);
    const out = rows * n.size * value;
    const logits = addresses.logits + n.from * rows * value;
    finished.push(addStore(context, logits, out, [computed]));
  }
  context.finished.set(operation.name, finished);
}
