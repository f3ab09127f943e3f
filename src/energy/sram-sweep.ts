/**
 * Rows from a sweep of CACTI, one a capacity and port width. Columns as in `hw-configs/tech/README.md`: energies in pJ an
 * access, leakage in mW (sub-threshold and gate leakage apart; a leakage row is their sum), areas in mm2, KB is 1024 bytes.
 */
import { TritsimError } from '../errors/error.ts';
import { ROW_UNITS, type PriceRow, type SramAction } from './row.ts';
import type { SweepForm } from './table-file.ts';

const COLUMNS = [
  'node_nm',
  'cell',
  'width_b',
  'KB',
  'read_pJ',
  'write_pJ',
  'read_pJ_per_bit',
  'leak_mW',
  'gateleak_mW',
  'area_mm2',
  'access_ns',
  'cycle_ns',
] as const;
const BYTES_PER_KB = 1024;

/** One run of the memory generator. */
export interface SweepPoint {
  readonly nodeNm: number;
  readonly cell: string;
  readonly portBits: number;
  readonly capacityBytes: number;
  readonly readPj: number;
  readonly writePj: number;
  /** Sub-threshold plus gate leakage of the whole memory. */
  readonly leakageMw: number;
  readonly areaMm2: number;
}

/** The points of a sweep's CSV. @throws PRICES_SWEEP for another header or a value that is no number of zero or more */
export function parseSweep(csv: string, file: string): SweepPoint[] {
  const [header, ...lines] = csv.trimEnd().split('\n');
  if (header !== COLUMNS.join(',')) {
    throw new TritsimError('PRICES_SWEEP', 'the columns are not those of a sweep', {
      place: `${file}:1`,
      found: `'${header}'`,
      allowed: [COLUMNS.join(',')],
    });
  }
  return lines.map((line, i) => {
    const cells = line.split(',');
    const number = (column: (typeof COLUMNS)[number]): number => {
      const cell = cells[COLUMNS.indexOf(column)];
      const value = Number(cell);
      if (cell !== undefined && cell !== '' && value >= 0 && value < Infinity) return value;
      throw new TritsimError('PRICES_SWEEP', `${column} must be a number of zero or more`, {
        place: `${file}:${i + 2}`,
        found: `'${cell ?? ''}'`,
      });
    };
    return {
      nodeNm: number('node_nm'),
      cell: cells[1]!,
      portBits: number('width_b'),
      capacityBytes: number('KB') * BYTES_PER_KB,
      readPj: number('read_pJ'),
      writePj: number('write_pJ'),
      leakageMw: number('leak_mW') + number('gateleak_mW'),
      areaMm2: number('area_mm2'),
    };
  });
}

/**
 * The rows that `form` takes from the sweep.
 *
 * @param source citation of the sweep
 * @throws PRICES_SWEEP where it has no point of a node, cell and port width that `form` names
 */
export function sweepRows(
  action: SramAction,
  form: SweepForm,
  points: readonly SweepPoint[],
  source: string,
  place: string,
): PriceRow[] {
  return form.port_bits.flatMap((portBits) => {
    const own = points.filter(
      (point) => point.nodeNm === form.node_nm && point.cell === form.cell && point.portBits === portBits,
    );
    if (own.length === 0) {
      throw new TritsimError('PRICES_SWEEP', `${form.file} has no such memories`, {
        place,
        found: `${form.node_nm} nm, ${form.cell}, ${portBits} bit`,
        allowed: [...new Set(points.map((p) => `${p.nodeNm} nm, ${p.cell}, ${p.portBits} bit`))],
      });
    }
    return own.map((point) => sweepRow(action, form, point, source));
  });
}

const FIGURES: Readonly<Record<SramAction, (point: SweepPoint) => number>> = {
  'sram-read': (point) => point.readPj,
  'sram-write': (point) => point.writePj,
  'sram-leakage': (point) => point.leakageMw,
  'sram-area': (point) => point.areaMm2,
};

function sweepRow(action: SramAction, form: SweepForm, point: SweepPoint, source: string): PriceRow {
  const { capacityBytes, portBits } = point;
  const value = FIGURES[action](point) * form.factor;
  const kib = capacityBytes / BYTES_PER_KB;
  return {
    id: `${action}.${portBits}b.${kib}KiB`,
    action,
    capacityBytes,
    portBits,
    value,
    unit: ROW_UNITS[action],
    nodeNm: form.rows_node_nm,
    voltageV: form.voltage_V,
    unstated: form.unstated ?? null,
    source,
    place: `${form.node_nm} nm ${form.cell}, ${kib} KiB, ${portBits}-bit port`,
    derivation: form.derivation,
    grade: form.grade,
    low: value * form.low_factor,
    high: value * form.high_factor,
    range: form.range,
  };
}
