/**
 * The columns of the CSV files, each with its unit and its meaning: the writer takes the names from here, and a test
 * holds `docs/outputs.md` to the rest. Names are those of `run.json` where the value stands there.
 */
import type { EnergyLine, RunOperation, RunPartAction } from '../analysis/run.ts';
import type { PhaseName } from './components.ts';

/** Header of a column, which is the row's key; unit of its values, or `text`; what they say. */
export type Column<Row> = readonly [name: keyof Row & string, unit: string, meaning: string];

/** What every row of a table begins with. */
export interface RowKey {
  readonly role: 'machine' | 'baseline';
  readonly machine: string;
  readonly phase: PhaseName;
}

const KEY_COLUMNS: readonly Column<RowKey>[] = [
  ['role', 'text', '`machine` for `--hw`, `baseline` for `--baseline`'],
  ['machine', 'text', 'name of the machine'],
  ['phase', 'text', '`prefill` or `decode`'],
];

export type LayerRow = RowKey & Omit<RunOperation, 'name'> & { readonly operation: string };

export const LAYER_COLUMNS: readonly Column<LayerRow>[] = [
  ...KEY_COLUMNS,
  ['layer', 'index', 'index of the layer, from 0; empty outside the layers'],
  ['operation', 'text', 'name of the operation in the trace'],
  ['kind', 'text', 'kind of the operation in the trace'],
  [
    'time_s',
    's',
    "part of the phase's time attributed to it, over all steps; the parts add up to the phase's time",
  ],
  [
    'busy_cycles',
    "cycles of the machine's clock",
    'cycles that the array, the float unit or the vector unit worked on it',
  ],
  [
    'multiply_adds',
    'multiply-adds',
    'multiply-adds (select-and-adds on a ternary array), before any skipping',
  ],
  ['dram_read_bytes', 'B', 'bytes read from DRAM for it'],
  ['dram_write_bytes', 'B', 'bytes written to DRAM for it'],
];

export type EnergyRow = RowKey & EnergyLine;

export const ENERGY_COLUMNS: readonly Column<EnergyRow>[] = [
  ...KEY_COLUMNS,
  ['component', 'text', 'component that the energy is charged to'],
  ['action', 'text', 'name of the counted action, as in `counts` of `run.json`'],
  ['count', 'see `unit`', 'how often it happened'],
  ['unit', 'text', 'what `count` counts'],
  ['price_pJ', 'pJ per `unit`', 'energy of one'],
  ['energy_J', 'J', '`count` × `price_pJ` × 10⁻¹²'],
  ['grade', 'text', 'how the price is known: `measured`, `published`, `scaled`, `assumed` or `user`'],
  ['price', 'text', 'row of the price table'],
  ['derivation', 'text', 'how the price follows from that row'],
  ['source', 'text', 'publication of the row, with its table or page'],
];

export type ActionRow = RowKey &
  Omit<RunPartAction, 'counts'> &
  Pick<EnergyLine, 'count' | 'unit' | 'price_pJ' | 'energy_J'> & { readonly part: string };

export const ACTION_COLUMNS: readonly Column<ActionRow>[] = [
  ...KEY_COLUMNS,
  ['part', 'text', '`layers.N`, or the name of an operation outside the layers'],
  ['component', 'text', 'component that the energy is charged to'],
  ['action', 'text', 'name of the counted action; with `phase` and `component` the row of `energy.csv`'],
  [
    'basis',
    'text',
    "how the line's count divides over the parts: `counted`; by the count of its `action`, by DRAM `bytes`, by `time`",
  ],
  ['count', 'see `unit`', "the part's share of the line's count; the parts add up to it"],
  ['unit', 'text', 'what `count` counts'],
  ['price_pJ', 'pJ per `unit`', 'energy of one'],
  ['energy_J', 'J', '`count` × `price_pJ` × 10⁻¹²'],
];
