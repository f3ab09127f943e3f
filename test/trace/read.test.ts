import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorBytes } from '../../src/safetensors/dtypes.ts';
import { openSafetensors } from '../../src/safetensors/reader.ts';
import { MemorySink, memorySource } from '../../src/safetensors/memory.ts';
import { writeSafetensors, type TensorDeclaration } from '../../src/safetensors/writer.ts';
import type { ByteSource } from '../../src/safetensors/bytes.ts';
import { MANIFEST_KEY } from '../../src/trace/layout.ts';
import type { TraceManifest } from '../../src/trace/manifest.ts';
import { HASH_CHUNK_BYTES } from '../../src/safetensors/hash.ts';
import { openTrace } from '../../src/trace/read.ts';
import { verifyTrace } from '../../src/trace/verify.ts';
import { manifestOf } from '../../src/trace/write.ts';
import { TINY_SHAPE, tinyRecording, tinyTrace, tinyTraceBytes } from './tiny.ts';

let good: Uint8Array;
beforeAll(async () => {
  good = await tinyTraceBytes();
});

/** The tiny trace with another manifest or other tensors, its data zero. */
async function altered(
  manifest: unknown,
  tensors?: (from: readonly TensorDeclaration[]) => TensorDeclaration[],
): Promise<ByteSource> {
  const file = await openSafetensors(memorySource(good));
  const declared = tensors?.(file.tensors) ?? file.tensors;
  const sink = new MemorySink();
  const writer = await writeSafetensors(sink, declared, { [MANIFEST_KEY]: JSON.stringify(manifest) });
  for (const { name, dtype, shape } of declared) {
    await writer.write(name, new Uint8Array(tensorBytes(dtype, shape)));
  }
  return memorySource(sink.bytes(), 'altered');
}

const tinyManifest = (): TraceManifest => manifestOf(tinyRecording());

/** The longest read of values, and of the header without its token ids, for a prompt of so many tokens. */
async function longestReads(prompt: number): Promise<{ most: number; header: number }> {
  const bytes = await tinyTraceBytes({ shape: { ...TINY_SHAPE, layers: 1 }, prompt, decode: 0 });
  const source = memorySource(bytes);
  let most = 0;
  let header = 0;
  const trace = await openTrace({
    ...source,
    read(offset, length) {
      if (offset === 8) header = length;
      else most = Math.max(most, length);
      return source.read(offset, length);
    },
  });
  for (let row = 0; row < prompt; row += 10) {
    await trace.readRows('prefill', 'layers.0.down_proj', row, row + 10);
  }
  // What grows in the header is the list of token ids.
  return { most, header: header - prompt * 4 };
}

async function refused(source: ByteSource | Promise<ByteSource>, message: RegExp): Promise<void> {
  await expect(openTrace(await source)).rejects.toThrow(message);
}

describe('reading a trace', () => {
  it('gives back the manifest and the values that were written', async () => {
    const recording = tinyRecording();
    const trace = await tinyTrace();
    expect(trace.manifest).toEqual(manifestOf(recording));
    for (const [name, { trits }] of recording.values.matrices) {
      expect(await trace.readTrits(name)).toEqual(trits);
      const written = recording.values.phases.decode!.rows.get(name)!;
      const read = await trace.readRows('decode', name, 1, 3);
      expect(read.rows).toBe(2);
      expect([...read.activations]).toEqual([...written.activations.subarray(trits.in)]);
      expect([...read.scales]).toEqual([...written.scales.subarray(1)]);
      expect([...read.checksums]).toEqual([...written.checksums.subarray(1)]);
    }
  });

  it('writes the same bytes for the same values, and knows them by their SHA-256', async () => {
    expect(await tinyTraceBytes()).toEqual(good);
    const { createHash } = await import('node:crypto');
    expect((await tinyTrace()).hash).toBe(createHash('sha256').update(good).digest('hex'));
    expect((await tinyTrace({ seed: 2 })).hash).not.toBe((await tinyTrace()).hash);
  });

  it('opens and verifies whatever was written: any number of tokens, any share of zeros', async () => {
    const options = fc.record({
      seed: fc.nat(),
      prompt: fc.integer({ min: 1, max: 9 }),
      decode: fc.integer({ min: 0, max: 4 }),
      zeroFraction: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(options, async (tiny) => {
        const { rows } = await verifyTrace(await tinyTrace(tiny));
        expect(rows).toBe(14 * (tiny.prompt + tiny.decode));
      }),
      { numRuns: 15 },
    );
  });

  it('reads no more at once for a thousand tokens than for a hundred', async () => {
    const hundred = await longestReads(100);
    const thousand = await longestReads(1000);
    expect(hundred.most).toBeLessThanOrEqual(HASH_CHUNK_BYTES);
    expect(thousand.most).toBeLessThanOrEqual(HASH_CHUNK_BYTES);
    expect(thousand.header).toBeLessThan(hundred.header + 1000);
  });
});

describe('a trace is refused', () => {
  it('when it is a safetensors file of another kind', async () => {
    const sink = new MemorySink();
    await writeSafetensors(sink, []);
    await refused(memorySource(sink.bytes(), 'other'), /has no 'tritsim.trace' in its metadata/);
  });

  it('when it is cut short', () => refused(memorySource(good.slice(0, -1), 'cut'), /cut: .*beyond the end/));

  it('when its format is of another version', () =>
    refused(altered({ ...tinyManifest(), format: 'tritsim.trace/9' }), /found "tritsim.trace\/9".*trace\/1/));

  it('when a key is unknown, with the nearest name', () => {
    const { activationZeroFraction, ...rest } = tinyManifest();
    const manifest = { ...rest, activationZerofraction: activationZeroFraction };
    return refused(altered(manifest), /"activationZerofraction".*Did you mean 'activationZeroFraction'/);
  });

  it('when a value has the wrong type, naming its place', () => {
    const { model, ...rest } = tinyManifest();
    const shape = { ...model.shape, hidden: '32' };
    return refused(altered({ ...rest, model: { ...model, shape } }), /model\.shape\.hidden: .*found "32"/);
  });

  it('when an operation comes after one that does not precede it', () => {
    const manifest = tinyManifest();
    const operations = manifest.operations.map((operation) =>
      operation.name === 'head' ? { ...operation, after: ['final_nrm'] } : operation,
    );
    return refused(altered({ ...manifest, operations }), /'head'.*'final_nrm'.*mean 'final_norm'/);
  });

  it('when a matrix disagrees with its projection', () => {
    const manifest = tinyManifest();
    const matrix = { ...manifest.matrices['layers.1.k_proj']!, in: 31 };
    const matrices = { ...manifest.matrices, 'layers.1.k_proj': matrix };
    return refused(altered({ ...manifest, matrices }), /'layers\.1\.k_proj'.*\[16, 32\].*\[16, 31\]/);
  });

  it('when it lists other than one token id a row', () => {
    const manifest = tinyManifest();
    const phases = { ...manifest.phases, decode: { ...manifest.phases.decode!, ids: [1] } };
    return refused(altered({ ...manifest, phases }), /phases\.decode\.ids: must list 3 token ids/);
  });

  it('when recorded values have no scale', () => {
    const manifest = tinyManifest();
    const matrix = { ...manifest.matrices['layers.0.q_proj']!, scale: null };
    const matrices = { ...manifest.matrices, 'layers.0.q_proj': matrix };
    return refused(altered({ ...manifest, matrices }), /'layers\.0\.q_proj': a scale is given exactly/);
  });

  it('when a tensor is missing, added, or of another shape', async () => {
    const manifest = tinyManifest();
    await refused(
      altered(manifest, (tensors) => tensors.slice(0, -1)),
      /the tensor 'decode\.layers\.1\.down_proj\.activations' is missing/,
    );
    await refused(
      altered(manifest, (tensors) => [...tensors, { name: 'more', dtype: 'U8', shape: [1] }]),
      /the tensor 'more' belongs to nothing/,
    );
    await refused(
      altered(manifest, (tensors) =>
        tensors.map((tensor) =>
          tensor.name === 'weights.layers.0.q_proj.trits' ? { ...tensor, dtype: 'I8' } : tensor,
        ),
      ),
      /'weights\.layers\.0\.q_proj\.trits': must be U8 \[32, 8\] \(found I8 \[32, 8\]\)/,
    );
  });

  it('when the scale of a matrix is another in its tensor than in the manifest', () =>
    refused(
      altered(tinyManifest()),
      /'layers\.0\.q_proj': the tensor and the manifest disagree: 0 and 0\.75/,
    ));

  it('when values are asked for that it does not have', async () => {
    const trace = await tinyTrace({ decode: 0 });
    await expect(trace.readTrits('layers.0.q_prj')).rejects.toThrow(/Did you mean 'layers\.0\.q_proj'/);
    await expect(trace.readRows('decode', 'layers.0.q_proj', 0, 1)).rejects.toThrow(/no decode phase/);
    await expect(trace.readRows('prefill', 'layers.0.q_proj', 4, 6)).rejects.toThrow(/no rows 4 to 6/);
  });

  it('when a trit has the code 3', async () => {
    const file = await openSafetensors(memorySource(good));
    const { begin } = file.info('weights.layers.1.o_proj.trits');
    const bytes = good.slice();
    bytes[begin + 8 * 3 + 2] = 0b01_11_01_01;
    const trace = await openTrace(memorySource(bytes, 'spoilt'));
    await expect(trace.readTrits('layers.1.o_proj')).rejects.toThrow(/'layers\.1\.o_proj', row 3.*code 3/);
  });
});
