/**
 * Where a burst of a channel lies: rank, bank group, bank, row and column by a mapping written as a string, from the most
 * significant field down, for example `row-rank-bankgroup-bank-column`.
 *
 *   field      one of row, rank, bankgroup, bank, column (column counts bursts)
 *   field:n    n bits of it; a field may be split, one part without a number takes the bits that are left
 *   field^row  (rank, bankgroup, bank) its bits are XORed with the lowest row bits that no field before it, from the
 *              least significant, has used; `^column` likewise with the highest column bits, `^lowcolumn` with the lowest,
 *              as far as there are any, and there row may be hashed, too
 *
 * NOT MODELLED: sizes that are no powers of two.
 */
import { didYouMean } from '../../errors/nearest.ts';
import { TritsimError } from '../../errors/error.ts';
import type { DramOrganisation } from './device.ts';

const FIELDS = ['row', 'rank', 'bankgroup', 'bank', 'column'] as const;
type Field = (typeof FIELDS)[number];
type Hash = 'row' | 'column' | 'lowcolumn';

interface Part {
  readonly field: Field;
  readonly bits: number;
  readonly hash: Hash | null;
}

/** `count` bits from bit `from` of the source go to bit `to` of the result. */
interface Slice {
  readonly from: number;
  readonly count: number;
  readonly to: number;
}

/** Bits of a burst index that one table takes. */
const TABLE_BITS = 11;
const TABLE_SIZE = 2 ** TABLE_BITS;

export class AddressMap {
  /** Rank, bank group and bank as one number: (rank × groups + group) × banks + bank. */
  bank = 0;
  row = 0;

  /**
   * Every bit of bank and row is an XOR of bits of the burst index. So the result for an index is the XOR of the results
   * for its low, middle and high bits alone, which are looked up; row above bank in one number.
   */
  readonly #low: Int32Array = new Int32Array(0);
  readonly #middle: Int32Array = new Int32Array(0);
  readonly #high: Int32Array = new Int32Array(0);
  readonly #bankBits: number = 0;
  readonly #bankMask: number = 0;
  /** Consecutive, aligned bursts that lie in one row: a power of two. */
  readonly #rowBursts: number = 1;

  /** Throws `DRAM_MAPPING` naming the part of the string that is wrong. */
  constructor(organisation: DramOrganisation, mapping: string) {
    const sizes = fieldBits(organisation);
    const parts = parse(mapping, sizes);
    const slices = place(parts);
    const rankAt = sizes.bank + sizes.bankgroup;
    const bankAt = { bank: 0, bankgroup: sizes.bank, rank: rankAt, row: rankAt + sizes.rank };
    this.#bankBits = bankAt.row;
    this.#bankMask = ones(this.#bankBits);
    const all = slices.row.map((slice) => ({ ...slice, to: slice.to + this.#bankBits }));
    for (const field of ['rank', 'bankgroup', 'bank'] as const) {
      for (const slice of slices[field]) all.push({ ...slice, to: slice.to + bankAt[field] });
    }
    all.push(...hashes(parts, slices, sizes, bankAt));
    this.#low = table(all, 0);
    let rowBursts = 1;
    while (rowBursts < TABLE_SIZE && this.#low[rowBursts] === 0) rowBursts *= 2;
    this.#rowBursts = rowBursts;
    this.#middle = table(all, TABLE_BITS);
    this.#high = table(all, 2 * TABLE_BITS);
  }

  /** Bursts from `burst` on that lie in its row, as far as the lowest bits of the index tell: those that say nothing but the column. */
  sameRow(burst: number): number {
    return this.#rowBursts - (burst & (this.#rowBursts - 1));
  }

  /** Sets `bank` and `row` to those of burst index `burst` of the channel. */
  locate(burst: number): void {
    const found =
      this.#low[burst & (TABLE_SIZE - 1)]! ^
      this.#middle[(burst >>> TABLE_BITS) & (TABLE_SIZE - 1)]! ^
      this.#high[burst >>> (2 * TABLE_BITS)]!;
    this.bank = found & this.#bankMask;
    this.row = found >>> this.#bankBits;
  }
}

/** What burst indices 0, 2^shift, 2·2^shift, … contribute: of each the XOR of its bits' contributions. */
function table(slices: readonly Slice[], shift: number): Int32Array {
  const result = new Int32Array(TABLE_SIZE);
  for (let bits = 1; bits < TABLE_SIZE; bits++) {
    const lowest = bits & -bits;
    result[bits] =
      bits === lowest ? ofBit(slices, shift + Math.log2(bits)) : result[lowest]! ^ result[bits ^ lowest]!;
  }
  return result;
}

/** Where bit `bit` of a burst index goes. */
function ofBit(slices: readonly Slice[], bit: number): number {
  let result = 0;
  for (const { from, count, to } of slices) {
    if (bit >= from && bit < from + count) result ^= 1 << (to + bit - from);
  }
  return result;
}

function ones(count: number): number {
  return 2 ** count - 1;
}

function exactLog2(what: string, size: number): number {
  const n = Math.log2(size);
  if (Number.isInteger(n)) return n;
  throw new TritsimError('DRAM_MAPPING', 'sizes must be powers of two', { place: what, found: String(size) });
}

function fieldBits(o: DramOrganisation): Record<Field, number> {
  const all = {
    row: exactLog2('rows', o.rows),
    rank: exactLog2('ranks', o.ranks),
    bankgroup: exactLog2('bank groups', o.bankGroups),
    bank: exactLog2('banks per group', o.banksPerGroup),
    column: exactLog2('bursts per row', o.burstsPerRow),
  };
  if (Object.values(all).reduce((a, b) => a + b) > 31) {
    throw new TritsimError('DRAM_MAPPING', 'a channel may hold at most 2^31 bursts');
  }
  return all;
}

function parse(mapping: string, sizes: Record<Field, number>): Part[] {
  const fail = (message: string, found: string, hint?: string): never => {
    throw new TritsimError('DRAM_MAPPING', message, {
      place: `mapping '${mapping}'`,
      found: `'${found}'`,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const left = { ...sizes };
  const tokens = mapping.split('-').map((token) => {
    const match = /^([a-z]+)(?::(\d+))?(?:\^(row|column|lowcolumn))?$/.exec(token);
    const field = match?.[1] as Field | undefined;
    if (match === null || field === undefined || !FIELDS.includes(field)) {
      return fail('no such field', token, didYouMean(token, FIELDS));
    }
    const hash = (match[3] as Hash | undefined) ?? null;
    const hashable = field !== 'column' && (field !== 'row' || hash === 'lowcolumn');
    if (hash !== null && !hashable) fail('only bank bits may be hashed', token);
    const bits = match[2] === undefined ? null : Number(match[2]);
    left[field] -= bits ?? 0;
    return { field, bits, hash };
  });
  const parts = tokens.map(({ field, bits, hash }) => {
    if (bits !== null) return { field, bits, hash };
    const rest = left[field];
    left[field] = 0;
    if (rest < 0 || tokens.filter((t) => t.field === field && t.bits === null).length > 1) {
      fail('a field has more bits than the device', field);
    }
    return { field, bits: rest, hash };
  });
  for (const field of FIELDS) {
    if (left[field] !== 0) fail(`the field must have ${sizes[field]} bits in all`, field);
  }
  return parts;
}

/** Slices of every field, the least significant part of a split field first. */
function place(parts: readonly Part[]): Record<Field, Slice[]> {
  const slices: Record<Field, Slice[]> = { row: [], rank: [], bankgroup: [], bank: [], column: [] };
  let from = 0;
  for (const { field, bits } of parts.toReversed()) {
    const to = slices[field].reduce((sum, s) => sum + s.count, 0);
    if (bits > 0) slices[field].push({ from, count: bits, to });
    from += bits;
  }
  return slices;
}

/** Slices of row or column bits that are XORed onto bank bits. */
function hashes(
  parts: readonly Part[],
  slices: Record<Field, readonly Slice[]>,
  sizes: Record<Field, number>,
  fieldAt: Record<Exclude<Field, 'column'>, number>,
): Slice[] {
  const result: Slice[] = [];
  const used = { row: 0, column: 0, lowcolumn: 0 };
  const placed: Record<Field, number> = { row: 0, rank: 0, bankgroup: 0, bank: 0, column: 0 };
  for (const { field, bits, hash } of parts.toReversed()) {
    const first = placed[field];
    placed[field] += bits;
    if (hash === null || field === 'column') continue;
    for (let i = first; i < first + bits; i++) {
      const bit = hash === 'column' ? sizes.column - 1 - used.column : used[hash];
      used[hash]++;
      const source = slices[hash === 'row' ? 'row' : 'column'].find(
        (s) => bit >= s.to && bit < s.to + s.count,
      );
      if (source === undefined && hash === 'lowcolumn') break;
      if (source === undefined) {
        throw new TritsimError('DRAM_MAPPING', `not enough ${hash} bits to hash with`, { found: field });
      }
      result.push({ from: source.from + bit - source.to, count: 1, to: fieldAt[field] + i });
    }
  }
  return result;
}
