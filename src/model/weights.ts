/**
 * From the three ways in which HF files store a ternary matrix to the engine's own. Whatever cannot be a trained
 * matrix is refused by name: a wrong shape, a code 3, a scale that is no positive number, a matrix of zeros only.
 *
 * Source: HF transformers `integrations/bitnet.py` (`pack_weights`, `BitLinear`, `AutoBitLinear`): byte [r, c] of a
 * packed [rows/4, cols] tensor holds column c of the rows r, r + rows/4, r + rows/2 and r + 3·rows/4, the first in
 * the lowest two bits.
 *
 * INACCURACIES: the mean of float masters is summed in float64 and rounded to float32 once; PyTorch sums in float32
 * in an order of its own. A weight within one rounding error of ±mean/2 can differ by one trit. Masters of half
 * width are widened to float32 first; transformers, run in BF16, rounds the scale to BF16.
 */
import { TritsimError } from '../errors/error.ts';
import { toFloat32 } from '../safetensors/typed.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { WeightForm } from './quantization.ts';
import type { ProjectionSize } from './shape.ts';
import { countCodes, rowBytes, type Ternary } from './ternary.ts';

/** The mean absolute weight is taken for at least this much, as `WeightQuant` of transformers does. */
const SMALLEST_MEAN = 1e-5;

/** A byte of four codes for trit 0. */
const PADDING = 0b01_01_01_01;

/**
 * Reads one ternary matrix.
 *
 * @param tensor name in the file without `.weight`, `model.layers.0.self_attn.q_proj`
 * @param name what the engine calls it
 * @throws TENSOR_MISSING, TENSOR_SHAPE, TENSOR_DTYPE, TERNARY_ROWS, TERNARY_CODE, TERNARY_SCALE, TERNARY_ZERO
 */
export async function readTernary(
  checkpoint: Checkpoint,
  tensor: string,
  name: string,
  size: ProjectionSize,
  form: WeightForm,
): Promise<Ternary> {
  const { codes, scale } =
    form === 'masters'
      ? await quantizeMasters(checkpoint, `${tensor}.weight`, size)
      : await readPacked(checkpoint, tensor, size, form);
  const [minus, , plus] = countCodes(codes);
  if (minus + plus === 0) {
    throw new TritsimError('TERNARY_ZERO', 'all weights are zero', {
      place: checkpoint.place(`${tensor}.weight`),
      hint: 'Such a projection computes nothing; the file is damaged or was never trained.',
    });
  }
  return { name, rows: size.out, cols: size.in, codes, scale };
}

async function readPacked(
  checkpoint: Checkpoint,
  tensor: string,
  { out: rows, in: cols }: ProjectionSize,
  form: 'packed-multiply' | 'packed-divide',
): Promise<Pick<Ternary, 'codes' | 'scale'>> {
  const weight = `${tensor}.weight`;
  if (rows % 4 !== 0) {
    throw new TritsimError(
      'TERNARY_ROWS',
      'packed weights need a number of output features divisible by four',
      {
        place: checkpoint.place(weight),
        found: String(rows),
        hint: 'The padding of other sizes cannot be told from weights.',
      },
    );
  }
  checkpoint.expect(weight, ['U8'], [rows / 4, cols]);
  const packed = await checkpoint.read(weight);
  const invalid = countCodes(packed)[3];
  if (invalid > 0) {
    throw new TritsimError('TERNARY_CODE', 'holds the code 3, which stands for no trit', {
      place: checkpoint.place(weight),
      found: `${invalid} times`,
    });
  }
  return {
    codes: regroup(packed, rows, cols),
    scale: await readScale(checkpoint, `${tensor}.weight_scale`, form),
  };
}

/** From four rows a byte to four columns a byte: a transposition of 4 by 4 codes at a time. */
function regroup(packed: Uint8Array, rows: number, cols: number): Uint8Array {
  const stride = rowBytes(cols);
  const quarter = rows / 4;
  const codes = new Uint8Array(rows * stride);
  for (let r = 0; r < quarter; r++) {
    const from = r * cols;
    for (let b = 0; b < stride; b++) {
      const c = from + 4 * b;
      const left = cols - 4 * b;
      const byte0 = packed[c]!;
      const byte1 = left > 1 ? packed[c + 1]! : PADDING;
      const byte2 = left > 2 ? packed[c + 2]! : PADDING;
      const byte3 = left > 3 ? packed[c + 3]! : PADDING;
      for (let i = 0; i < 4; i++) {
        const at = 2 * i;
        codes[(i * quarter + r) * stride + b] =
          ((byte0 >> at) & 3) |
          (((byte1 >> at) & 3) << 2) |
          (((byte2 >> at) & 3) << 4) |
          (((byte3 >> at) & 3) << 6);
      }
    }
  }
  return codes;
}

/** The scale that multiplies, in float32: the stored one for `autobitlinear`, its reciprocal for `bitlinear`. */
async function readScale(
  checkpoint: Checkpoint,
  name: string,
  form: 'packed-multiply' | 'packed-divide',
): Promise<number> {
  const { dtype } = checkpoint.expect(name, ['F32', 'BF16', 'F16'], [1]);
  const stored = toFloat32(await checkpoint.read(name), dtype, checkpoint.place(name))[0]!;
  const scale = form === 'packed-multiply' ? stored : Math.fround(1 / stored);
  if (stored > 0 && stored < Infinity && scale > 0 && scale < Infinity) return scale;
  throw new TritsimError('TERNARY_SCALE', 'the scale must be a positive number', {
    place: checkpoint.place(name),
    found: String(stored),
  });
}

/** Absmean quantization: trit = clamp(round(w · k), −1, 1) with k = 1/mean|w|, ties to even; scale = 1/k. */
async function quantizeMasters(
  checkpoint: Checkpoint,
  weight: string,
  { out: rows, in: cols }: ProjectionSize,
): Promise<Pick<Ternary, 'codes' | 'scale'>> {
  const { dtype } = checkpoint.expect(weight, ['F32', 'BF16', 'F16'], [rows, cols]);
  const floats = toFloat32(await checkpoint.read(weight), dtype, checkpoint.place(weight));
  let sum = 0;
  for (const w of floats) sum += Math.abs(w);
  const mean = Math.fround(sum / floats.length);
  if (!(mean < Infinity)) {
    throw new TritsimError('TERNARY_SCALE', 'the mean absolute weight must be a number', {
      place: checkpoint.place(weight),
      found: String(mean),
    });
  }
  const k = Math.fround(1 / Math.max(mean, Math.fround(SMALLEST_MEAN)));
  const stride = rowBytes(cols);
  const codes = new Uint8Array(rows * stride);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < 4 * stride; c++) {
      const code = c < cols ? tritCode(Math.fround(floats[r * cols + c]! * k)) : 1;
      codes[r * stride + (c >> 2)]! |= code << (2 * (c & 3));
    }
  }
  return { codes, scale: Math.fround(1 / k) };
}

/** Ties go to even: ±0.5 rounds to 0. */
function tritCode(w: number): number {
  if (w > 0.5) return 2;
  return w < -0.5 ? 0 : 1;
}
