// Question: does what is written come back, whole or by rows, and is nothing half-written ever visible?
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DTYPES, tensorBytes } from '../../src/safetensors/dtypes.ts';
import { createFile, openFile, writeAtomically } from '../../src/safetensors/file.node.ts';
import { MemorySink, memorySource } from '../../src/safetensors/memory.ts';
import { openSafetensors } from '../../src/safetensors/reader.ts';
import { type TensorDeclaration, writeSafetensors } from '../../src/safetensors/writer.ts';

const A: TensorDeclaration = { name: 'a', dtype: 'I32', shape: [2] };
const B: TensorDeclaration = { name: 'b', dtype: 'U8', shape: [3, 2] };

describe('a written file', () => {
  it('returns every byte of every tensor, and any rows of it', async () => {
    const declaration = fc.record({
      dtype: fc.constantFrom(...DTYPES),
      shape: fc.array(fc.nat(4), { maxLength: 3 }).map((sizes) => [...sizes, 2]),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(declaration, { maxLength: 5 }), fc.nat(), async (drawn, seed) => {
        const tensors = drawn
          .map((tensor, i) => ({ ...tensor, name: `tensor ${i}` }))
          .toSorted((x, y) => tensorBytes(y.dtype, [1]) - tensorBytes(x.dtype, [1]));
        const data = tensors.map(({ dtype, shape }, t) =>
          Uint8Array.from({ length: tensorBytes(dtype, shape) }, (_, i) => seed + 31 * t + i),
        );
        const sink = new MemorySink();
        const writer = await writeSafetensors(sink, tensors, { seed: String(seed) });
        for (const [t, { name }] of tensors.entries()) {
          const half = data[t]!.length >> 1;
          if (data[t]!.length === 0) continue;
          await writer.write(name, data[t]!.subarray(0, half));
          await writer.write(name, data[t]!.subarray(half));
        }
        writer.finish();

        const file = await openSafetensors(memorySource(sink.bytes()));
        expect(file.metadata).toEqual({ seed: String(seed) });
        for (const [t, { name, shape }] of tensors.entries()) {
          expect(await file.read(name)).toEqual(data[t]);
          const rows = shape[0]!;
          const [from, to] = [rows >> 2, rows - (rows >> 2)];
          const rowBytes = rows === 0 ? 0 : data[t]!.length / rows;
          expect(await file.readRows(name, from, to)).toEqual(
            data[t]!.subarray(from * rowBytes, to * rowBytes),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('starts its data at a multiple of eight bytes, after spaces', async () => {
    for (const name of ['a', 'ab', 'abc', 'abcdefgh']) {
      const sink = new MemorySink();
      await writeSafetensors(sink, [{ ...A, name }]);
      const header = sink.bytes();
      expect(header.length % 8).toBe(0);
      expect(new TextDecoder().decode(header.subarray(8))).toMatch(/^\{.*\} *$/);
    }
  });
});

describe('the reader', () => {
  it('names a missing tensor with the nearest one, and refuses rows that are not there', async () => {
    const sink = new MemorySink();
    const writer = await writeSafetensors(sink, [{ ...B, name: 'q_proj' }]);
    await writer.write('q_proj', new Uint8Array(6));
    const file = await openSafetensors(memorySource(sink.bytes()));
    expect(() => file.info('q_prj')).toThrow("Did you mean 'q_proj'?");
    expect(() => file.readRows('q_proj', 1, 4)).toThrow('has no rows 1 to 4 (found 3 rows)');
    expect(() => file.readRows('q_proj', 2, 1)).toThrow('has no rows 2 to 1');
  });
});

const start = (tensors: TensorDeclaration[]) => writeSafetensors(new MemorySink(), tensors);

describe('the writer', () => {
  it('refuses tensors out of their declared order, and data after the last', async () => {
    const writer = await start([A, B]);
    await expect(writer.write('b', new Uint8Array(6))).rejects.toMatchObject({
      code: 'SAFETENSORS_WRITE_ORDER',
    });
    await writer.write('a', new Int32Array(2));
    await writer.write('b', new Uint8Array(6));
    await expect(writer.write('b', new Uint8Array(1))).rejects.toMatchObject({
      code: 'SAFETENSORS_WRITE_ORDER',
    });
  });

  it('refuses more bytes than a tensor has, and fewer at the end', async () => {
    const writer = await start([A]);
    await expect(writer.write('a', new Int32Array(3))).rejects.toMatchObject({
      code: 'SAFETENSORS_WRITE_SIZE',
    });
    await writer.write('a', new Int32Array(1));
    expect(() => writer.finish()).toThrow("tensor 'a': needs 8 bytes (found 4 bytes)");
  });

  it('refuses a name twice, the reserved name, and elements that would not be aligned', async () => {
    await expect(start([A, A])).rejects.toMatchObject({ code: 'SAFETENSORS_DUPLICATE' });
    await expect(start([{ ...A, name: '__metadata__' }])).rejects.toMatchObject({
      code: 'SAFETENSORS_DUPLICATE',
    });
    await expect(start([B, A])).rejects.toMatchObject({ code: 'SAFETENSORS_ALIGNMENT' });
  });
});

describe('files on disk', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tritsim-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('read by range, and refuse what is beyond their end', async () => {
    const path = join(dir, 'ten');
    await writeFile(
      path,
      Uint8Array.from({ length: 10 }, (_, i) => i),
    );
    const file = await openFile(path);
    expect(file.size).toBe(10);
    expect(await file.read(3, 2)).toEqual(Uint8Array.of(3, 4));
    await expect(file.read(8, 3)).rejects.toMatchObject({ code: 'FILE_TRUNCATED' });
    await file.close();
  });

  it('appear only when complete, and not at all after an abort', async () => {
    const path = join(dir, 'result');
    const kept = await createFile(path);
    await kept.write(Uint8Array.of(1, 2));
    expect(await readdir(dir)).not.toContain('result');
    await kept.close();
    expect([...(await readFile(path))]).toEqual([1, 2]);

    const dropped = await createFile(path);
    await dropped.write(Uint8Array.of(9));
    await dropped.abort();
    expect([...(await readFile(path))]).toEqual([1, 2]);

    expect(await writeAtomically(path, (sink) => sink.write(Uint8Array.of(3)).then(() => 'done'))).toBe(
      'done',
    );
    expect([...(await readFile(path))]).toEqual([3]);
    await expect(writeAtomically(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([...(await readFile(path))]).toEqual([3]);
    expect((await readdir(dir)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('say by name that they cannot be opened or written', async () => {
    await expect(openFile(join(dir, 'absent'))).rejects.toMatchObject({ code: 'FILE_OPEN' });
    await expect(openFile(dir)).rejects.toMatchObject({ code: 'FILE_OPEN' });
    await expect(createFile(join(dir, 'absent', 'file'))).rejects.toMatchObject({ code: 'FILE_WRITE' });
  });
});
