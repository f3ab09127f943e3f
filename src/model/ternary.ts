/**
 * Matrices of trits, the one form in which the engine keeps ternary weights whatever file they came from.
 *
 * A row holds its columns four to a byte, the first in the lowest two bits; code = trit + 1, so 0, 1, 2 stand for
 * −1, 0, +1 and 3 never occurs. A last byte that is not full is filled with code 1, trit 0. The weight is
 * trit · scale, scale being the mean absolute value of the weights that were quantized (absmean).
 *
 * Source: S. Ma et al., "The Era of 1-bit LLMs", arXiv 2402.17764, equations 1 to 3.
 */
export interface Ternary {
  /** `layers.<i>.<projection>` for a projection of a model. */
  readonly name: string;
  /** Output features. */
  readonly rows: number;
  /** Input features. */
  readonly cols: number;
  /** [rows, rowBytes(cols)] */
  readonly codes: Uint8Array;
  readonly scale: number;
}

/** Bytes of a row of packed codes. */
export function rowBytes(cols: number): number {
  return Math.ceil(cols / 4);
}

/** Trits of one row of codes, −1, 0 or +1 each, into the first `cols` places of `into`. */
export function unpackRow(codes: Uint8Array, row: number, cols: number, into: Int8Array): void {
  const start = row * rowBytes(cols);
  for (let c = 0; c < cols; c++) {
    into[c] = ((codes[start + (c >> 2)]! >> (2 * (c & 3))) & 3) - 1;
  }
}

/** Packs trits, −1, 0 or +1 each, [rows, cols] row-major. */
export function packTrits(trits: Int8Array, rows: number, cols: number): Uint8Array {
  const stride = rowBytes(cols);
  const codes = new Uint8Array(rows * stride);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < 4 * stride; c++) {
      const code = c < cols ? trits[r * cols + c]! + 1 : 1;
      codes[r * stride + (c >> 2)]! |= code << (2 * (c & 3));
    }
  }
  return codes;
}

/** How many weights of a matrix are −1, 0 and +1, beside its scale. */
export interface TernaryCensus {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly minus: number;
  readonly zero: number;
  readonly plus: number;
  readonly scale: number;
}

/** Per byte: how many of its four codes are 0, 1, 2 and 3. */
const CODES_IN_BYTE = [0, 1, 2, 3].map((code) =>
  Uint8Array.from(
    { length: 256 },
    (_, byte) => [0, 2, 4, 6].filter((at) => ((byte >> at) & 3) === code).length,
  ),
);

/** Counts the codes of packed bytes: [code 0, code 1, code 2, code 3]. */
export function countCodes(packed: Uint8Array): [number, number, number, number] {
  const bytes = new Float64Array(256);
  for (const byte of packed) bytes[byte]! += 1;
  const count = (code: number): number =>
    bytes.reduce((sum, n, byte) => sum + n * CODES_IN_BYTE[code]![byte]!, 0);
  return [count(0), count(1), count(2), count(3)];
}

/** The census of a matrix of valid codes. */
export function census({ name, rows, cols, codes, scale }: Ternary): TernaryCensus {
  const [minus, one, plus] = countCodes(codes);
  const padding = rows * (4 * rowBytes(cols) - cols);
  return { name, rows, cols, minus, zero: one - padding, plus, scale };
}
