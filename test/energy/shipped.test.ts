/** Question: does every shipped row set some price, and does every row keep the house rules? */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { actionPrice } from '../../src/energy/action.ts';
import { leakagePrices } from '../../src/energy/leakage.ts';
import { listPrices, loadPrices } from '../../src/energy/load.node.ts';
import { machineArea } from '../../src/energy/machine-area.ts';
import { bookOf } from '../../src/energy/price-book.ts';
import type { ElementKind, PriceRow, Toggling } from '../../src/energy/row.ts';
import { parseSweep, sweepRows } from '../../src/energy/sram-sweep.ts';
import type { SweepForm } from '../../src/energy/table-file.ts';
import { rowById, type PriceTable } from '../../src/energy/table.ts';
import { elementEnergy, elementShare } from '../../src/energy/ternary-element.ts';
import type {
  ArrayConfig,
  FloatPrecision,
  Machine,
  SystolicConfig,
  ZeroSkipConfig,
} from '../../src/hardware/machine.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { actionId, type Action } from '../../src/sim/ledger.ts';
import { buffer, withArray } from './fixtures.ts';

const tables = await Promise.all((await listPrices()).map((name) => loadPrices(name)));
const base = await loadMachine('test-tiny');
const lut = await loadMachine('test-tiny-lut');
const zeroSkip = await loadMachine('test-tiny-zero-skip');

/** A machine that uses the row: its format, its buffer, its array. */
function machineFor(row: PriceRow): Machine {
  const integer = 'format' in row && (row.format === 'int8' || row.format === 'int4');
  const precision: FloatPrecision =
    'format' in row && row.format !== 'int8' && row.format !== 'int4' ? row.format : 'fp32';
  const memory = 'capacityBytes' in row ? buffer(row.capacityBytes, row.portBits) : buffer(8192, 64);
  const machine = {
    ...base,
    buffers: { weights: memory, activations: memory, accumulators: memory, operands: memory },
    floatUnit: { ...base.floatUnit, precision },
    vector: { ...base.vector, precision },
  };
  if (row.action === 'area-register' || row.action === 'area-mux') return { ...machine, array: lut.array };
  if (row.action === 'element-transistors') return withArray(machine, arrayOf(row.element, row.trits));
  if (row.action !== 'area-int-add' && !integer) return machine;
  return withArray(machine, { ...cells('mac-int4'), accumulatorBits: 'bits' in row ? row.bits : 32 });
}

function arrayOf(element: ElementKind, trits: number): ArrayConfig {
  if (element === 'zero-skip') return { ...(zeroSkip.array as ZeroSkipConfig), window: 1, queue: trits };
  return element === 'adder-tree' ? base.array : cells(element);
}

function cells(kind: SystolicConfig['kind']): SystolicConfig {
  return {
    kind,
    rows: 2,
    columns: 2,
    dataflow: 'output-stationary',
    accumulatorBits: 32,
    preload: 'serial',
  };
}

/** An action of the kind whose toggled bits have a price. */
function toggling(of: Toggling): Action {
  return of === 'add' ? { type: of, format: 'fp32' } : { type: of, bits: 8 };
}

/** Ids of the rows behind the price that `row` is for, found only through the public way to a price. */
function rowsBehind(table: PriceTable, row: PriceRow): readonly string[] {
  const machine = machineFor(row);
  const { buffers } = machine;
  switch (row.action) {
    case 'int-add':
    case 'trit-select':
    case 'register':
      return actionPrice(table, { type: row.action, bits: row.bits }, buffers).rows;
    case 'multiply':
    case 'add':
      return actionPrice(table, { type: row.action, format: row.format }, buffers).rows;
    case 'trit-decode':
    case 'trit-decode-5b3':
    case 'trit-decode-bitmap':
    case 'dma-byte':
      return actionPrice(table, { type: row.action }, buffers).rows;
    case 'sram-read':
    case 'sram-write':
      return actionPrice(table, { type: row.action, buffer: 'weights' }, buffers).rows;
    case 'vector':
      return actionPrice(table, { type: 'vector', op: row.op, format: 'fp32' }, buffers).rows;
    case 'toggle':
    case 'register-clock-share': {
      const action = toggling(row.action === 'toggle' ? row.of : 'register');
      return bookOf(table).toggle(actionId('array', action), action, buffers).rows;
    }
    case 'ternary-element':
      if (row.trits === 'synthetic') return elementEnergy(table, row.periodNs, row.zeroFraction).rows;
      return [rowById(table, row.id, '').id];
    case 'ternary-element-area':
      return [rowById(table, row.id, '').id];
    case 'ternary-element-share':
      return elementShare(table, row.part).rows;
    case 'clock':
      return bookOf(table).clock().rows;
    case 'wire':
      return bookOf(table).machine(machine).wires.weights.rows;
    case 'sram-leakage':
    case 'logic-leakage':
      return leakagePrices(table, machine).flatMap(({ price }) => price.rows);
    default:
      return machineArea(table, machine).total.rows;
  }
}

describe.each(tables.map((table) => [table.name, table] as const))('%s', (_, table) => {
  it('has no row that nothing reads', () => {
    const unread = table.rows.filter((row) => !rowsBehind(table, row).includes(row.id)).map((row) => row.id);
    expect(unread).toEqual([]);
  });

  it('grades a row as published only where it is for the node of its source', () => {
    const own = table.rows.filter((row) => row.grade === 'published' && row.nodeNm !== null);
    expect(own.filter((row) => row.nodeNm !== table.nodeNm).map((row) => row.id)).toEqual([]);
  });
});

describe('the shipped sweep', () => {
  it('gives rows for every memory in it', async () => {
    const csv = await readFile(
      new URL('../../hw-configs/tech/cacti7-sram-sweep.csv', import.meta.url),
      'utf8',
    );
    const points = parseSweep(csv, 'sweep');
    const kinds = new Set(points.map((p) => `${p.nodeNm} ${p.cell} ${p.portBits}`));
    const rows = [...kinds].flatMap((kind) => {
      const [node, cell, bits] = kind.split(' ');
      const form: SweepForm = {
        source: 's',
        voltage_V: null,
        unstated: 'u',
        grade: 'published',
        range: 'r',
        derivation: 'd',
        file: 'sweep',
        factor: 1,
        rows_node_nm: Number(node),
        low_factor: 1,
        high_factor: 1,
        node_nm: Number(node),
        cell: cell!,
        port_bits: [Number(bits)],
      };
      return sweepRows('sram-read', form, points, 's', 'p');
    });
    expect(kinds.size).toBe(18);
    expect(rows).toHaveLength(252);
  });
});

describe('loading a table', () => {
  it('names the nearest shipped table', async () => {
    await expect(loadPrices('jouppi-7mn')).rejects.toThrow(/'jouppi-7nm'/);
  });

  it('refuses a file that is not there by its name', async () => {
    await expect(loadPrices('nowhere/prices.yaml')).rejects.toThrow(
      /nowhere\/prices.yaml: the price file cannot be read/,
    );
  });
});
