/** Does a KV cache of fewer bits take as many fewer bytes, on its way in and out? */
import { expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { kvRowBytes } from '../../src/mapping/packing.ts';
import { buildProgram, planTrace } from '../../src/mapping/plan.ts';
import { loadPublishedModel } from '../../src/trace/published.node.ts';
import { synthesize } from '../../src/trace/synthesize.ts';
import type { KvPrecision } from '../../src/hardware/machine.ts';

const CONTEXT = 256;
const machine = await loadMachine('edge-ternary');
const model = await loadPublishedModel('bitnet-b1.58-large');
const manifest = synthesize(model, { phase: 'decode', context: CONTEXT, batch: 1 }, 'test');

/** Bytes that one decoded token moves for attention: the cache in, its own key and value out. */
function attentionBytes(precision: KvPrecision): number {
  const own = { ...machine, kvCache: { precision } };
  const plan = planTrace(manifest, own);
  const program = buildProgram(manifest, plan, plan.steps.decode![0]!, own);
  return program.bytes.reduce((sum, bytes, command) => {
    const { kind } = manifest.operations[program.operation[command]!]!;
    return kind === 'attention' ? sum + bytes : sum;
  }, 0);
}

test.each([
  ['fp32', 32],
  ['bf16', 16],
  ['int8', 8],
  ['int4', 4],
] as const)('a token reads and writes its keys and values at %s', (precision, bits) => {
  const { layers, kvHeads, headDim } = model.shape;
  expect(attentionBytes(precision)).toBe((layers * (CONTEXT + 1) * 2 * kvHeads * headDim * bits) / 8);
});

test('a key of an odd number of int4 values is padded to whole bytes', () => {
  expect(kvRowBytes(5, 'int4')).toBe(3);
});
