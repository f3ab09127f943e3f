/**
 * Where the bytes of a transfer lie, burst by burst: the channel by the interleave, then rank, bank group, bank and row
 * by the mapping string, bit by bit. The grammar of the string is the machine file's: fields from the most significant
 * down, `field:n` for a part of n bits, `^row` and `^column` to fold row or column bits into bank bits.
 *
 * Units: bytes; a burst index counts within its channel.
 */
import { bytesPerBurst, type SteppedDevice } from './device.ts';

type Field = 'row' | 'rank' | 'bankgroup' | 'bank' | 'column';

interface Bit {
  readonly field: Field;
  /** Which bit of the field. */
  readonly index: number;
  /** The bit of the row or column that is folded into it. */
  readonly fold: { readonly field: 'row' | 'column'; readonly index: number } | null;
}

export interface Place {
  /** (rank × bank groups + bank group) × banks per group + bank. */
  readonly bank: number;
  readonly row: number;
}

export class Layout {
  /** From the least significant bit of a burst index up. */
  readonly #bits: readonly Bit[];
  readonly #device: SteppedDevice;

  constructor(device: SteppedDevice, mapping: string) {
    this.#device = device;
    this.#bits = bitsOf(device, mapping);
  }

  locate(burst: number): Place {
    const value: Record<Field, number> = { row: 0, rank: 0, bankgroup: 0, bank: 0, column: 0 };
    const bitAt = (position: number): number => Math.floor(burst / 2 ** position) % 2;
    this.#bits.forEach(({ field, index, fold }, position) => {
      let bit = bitAt(position);
      if (fold !== null) {
        const source = this.#bits.findIndex((b) => b.field === fold.field && b.index === fold.index);
        bit = (bit + bitAt(source)) % 2;
      }
      value[field] += bit * 2 ** index;
    });
    const { bankGroups, banksPerGroup } = this.#device.organisation;
    return {
      bank: (value.rank * bankGroups + value.bankgroup) * banksPerGroup + value.bank,
      row: value.row,
    };
  }
}

function bitsOf({ organisation }: SteppedDevice, mapping: string): Bit[] {
  const width: Record<Field, number> = {
    row: Math.log2(organisation.rows),
    rank: Math.log2(organisation.ranks),
    bankgroup: Math.log2(organisation.bankGroups),
    bank: Math.log2(organisation.banksPerGroup),
    column: Math.log2(organisation.burstsPerRow),
  };
  const parts = mapping.split('-').map((part) => {
    const [name, fold] = part.split('^');
    const [field, size] = name!.split(':');
    return { field: field as Field, size: size === undefined ? null : Number(size), fold };
  });
  const given = (field: Field): number =>
    parts.reduce((sum, part) => sum + (part.field === field ? (part.size ?? 0) : 0), 0);
  const bits: Bit[] = [];
  const folded = { row: 0, column: 0 };
  for (const { field, size, fold } of parts.toReversed()) {
    const first = bits.filter((bit) => bit.field === field).length;
    for (let i = first; i < first + (size ?? width[field] - given(field)); i++) {
      if (fold === undefined) bits.push({ field, index: i, fold: null });
      else if (fold === 'row') bits.push({ field, index: i, fold: { field: fold, index: folded.row++ } });
      else {
        const index = width.column - 1 - folded.column++;
        bits.push({ field, index: i, fold: { field: 'column', index } });
      }
    }
  }
  return bits;
}

/** The bursts of bytes [address, address + bytes), in order, by channel. */
export function burstsByChannel(
  device: SteppedDevice,
  channels: number,
  interleaveBytes: number,
  address: number,
  bytes: number,
): number[][] {
  const burst = bytesPerBurst(device);
  const lists: number[][] = Array.from({ length: channels }, () => []);
  for (let at = address - (address % burst); at < address + bytes; at += burst) {
    const chunk = Math.floor(at / interleaveBytes);
    const local = Math.floor(chunk / channels) * interleaveBytes + (at % interleaveBytes);
    lists[chunk % channels]!.push(local / burst);
  }
  return lists;
}
