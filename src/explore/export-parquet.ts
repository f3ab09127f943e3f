/** The table of results as Parquet (format 2, Snappy): a row group a block of lines, bytes handed on as they are made. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell, CellType, ResultTable } from './export-table.ts';
import { blocksOf } from './export-text.ts';

const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  integer: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
} as const;

export async function* parquetOf({ columns, lines }: ResultTable): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const take = (): Uint8Array => {
    const bytes = new Uint8Array(writer.buffer, 0, writer.index).slice();
    writer.index = 0;
    return bytes;
  };
  const leaves = columns.map(({ name, type }) => ({
    name,
    repetition_type: 'OPTIONAL' as const,
    ...TYPES[type],
  }));
  const schema = [{ name: 'root', num_children: columns.length }, ...leaves];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'tritsim' });
  for await (const block of blocksOf(lines())) {
    const columnData = columns.map(({ name, type }, i) => ({
      name,
      data: block.map((line) => cellOf(line[i]!, type)),
    }));
    parquet.write({ columnData, rowGroupSize: block.length });
    yield take();
  }
  parquet.finish();
  yield take();
}

function cellOf(cell: Cell, type: CellType): Cell | bigint {
  return type === 'integer' && cell !== null ? BigInt(cell) : cell;
}
