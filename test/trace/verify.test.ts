import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/safetensors/memory.ts';
import { openSafetensors } from '../../src/safetensors/reader.ts';
import { openTrace } from '../../src/trace/read.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { firstDifference, recomputeRows, verifyTrace } from '../../src/trace/verify.ts';
import { rowResults, tinyRecording, tinyTrace, tinyTraceBytes } from './tiny.ts';

/** The tiny trace with one byte of one tensor changed. */
async function spoilt(tensor: string, at: number, change: (byte: number) => number): Promise<Trace> {
  const bytes = await tinyTraceBytes();
  const { begin } = (await openSafetensors(memorySource(bytes))).info(tensor);
  bytes[begin + at] = change(bytes[begin + at]!);
  return openTrace(memorySource(bytes, 'spoilt'));
}

describe('verifying a trace', () => {
  it('recomputes every row of every projection and phase', async () => {
    const steps: [number, number][] = [];
    const result = await verifyTrace(await tinyTrace(), (done, total) => steps.push([done, total]));
    const outputs = 2 * (32 + 16 + 16 + 32 + 54 + 54 + 32);
    expect(result).toEqual({ operations: 14, rows: 14 * 8, results: outputs * 8 });
    expect(steps.at(-1)![0]).toBe(steps.at(-1)![1]);
  });

  it('recomputes rows as the definition says, for widths with and without padding', () => {
    const { matrices, phases } = tinyRecording().values;
    for (const [name, { trits }] of matrices) {
      const { activations } = phases.prefill!.rows.get(name)!;
      const expected = [0, 1, 2, 3, 4].flatMap((row) => [
        ...rowResults(trits, activations.subarray(row * trits.in, (row + 1) * trits.in)),
      ]);
      expect([...recomputeRows(trits, activations)]).toEqual(expected);
    }
  });

  it('names operation and token where an activation was altered', async () => {
    const trace = await spoilt('decode.layers.1.o_proj.activations', 2 * 32 + 5, (q) => q ^ 1);
    await expect(verifyTrace(trace)).rejects.toThrow(
      /spoilt: operation 'layers\.1\.o_proj', decode token 2 \(position 7\): .*checksum/,
    );
  });

  it('names the operation and its first token where a trit was altered', async () => {
    const trace = await spoilt('weights.layers.0.up_proj.trits', 17, (byte) =>
      (byte & 3) === 1 ? byte + 1 : (byte & ~3) + 1,
    );
    await expect(verifyTrace(trace)).rejects.toThrow(/'layers\.0\.up_proj', prefill token 0 /);
  });

  it('names operation and token where a checksum was altered', async () => {
    const trace = await spoilt('prefill.layers.0.q_proj.checksums', 4 * 4, (byte) => byte ^ 0x80);
    await expect(verifyTrace(trace)).rejects.toThrow(/'layers\.0\.q_proj', prefill token 4 \(position 4\)/);
  });
});

describe('the first difference of two rows', () => {
  it('is the column, or undefined where they agree', () => {
    expect(firstDifference(Int32Array.of(1, 2, 3), Int32Array.of(1, 2, 4))).toBe(2);
    expect(firstDifference(Int32Array.of(1, 2), Int32Array.of(1, 2, 4))).toBe(2);
    expect(firstDifference(Int32Array.of(1, 2), Int32Array.of(1, 2))).toBeUndefined();
  });
});
