/**
 * One row of a price table: what an action, an area or a leakage costs, under which conditions, where the figure comes
 * from and how far it can be trusted. Tables hold rows; nothing else in `energy/` holds a physical number.
 */
import type { VectorOp } from '../hardware/machine.ts';
import type { NumberFormat } from '../sim/ledger.ts';

/** How a row's value was come by, from the strongest to the weakest; `user` replaced a row of the table. */
export const GRADES = ['measured', 'published', 'scaled', 'assumed', 'user'] as const;
export type Grade = (typeof GRADES)[number];

/** The parts that an elementary vector operation is made of. */
export const VECTOR_PARTS = ['add', 'multiply'] as const;
export type VectorPart = (typeof VECTOR_PARTS)[number];

/** Actions whose energy follows the bits that toggle. */
export const TOGGLING = ['int-add', 'add', 'register', 'trit-select'] as const;
export type Toggling = (typeof TOGGLING)[number];

/** Variants of the ternary processing element: as it is, with its operand feed, reading a presence bitmap and signs. */
export const ENGINES = ['base3', 'fed', 'bitmap'] as const;
export const ELEMENT_PARTS = ['tree', 'selection', 'decoder', 'flip-flops', 'accumulator'] as const;
export type ElementPart = (typeof ELEMENT_PARTS)[number];

/** Arrays whose elements were synthesized. */
export const ELEMENTS = ['adder-tree', 'zero-skip', 'mac-int8', 'mac-fp16'] as const;
export type ElementKind = (typeof ELEMENTS)[number];

/** Unit of a row's value by what it prices; an energy is per action, an area per instance. */
export const ROW_UNITS = {
  'int-add': 'pJ',
  'trit-select': 'pJ',
  register: 'pJ',
  multiply: 'pJ',
  add: 'pJ',
  'trit-decode': 'pJ',
  'trit-decode-5b3': 'pJ',
  'trit-decode-bitmap': 'pJ',
  'dma-byte': 'pJ',
  /** A bit of random data over a millimetre of wire. */
  wire: 'pJ/mm',
  /** The clock tree behind one flip-flop, a cycle. */
  clock: 'pJ',
  'sram-read': 'pJ',
  'sram-write': 'pJ',
  'sram-leakage': 'mW',
  'sram-area': 'mm2',
  'logic-leakage': 'mW/mm2',
  'area-int-add': 'um2',
  'area-multiply': 'um2',
  'area-add': 'um2',
  /** Of one flip-flop. */
  'area-register': 'um2',
  /** Of a two-way multiplexer of one bit. */
  'area-mux': 'um2',
  /** Of one transistor in a logic gate. */
  'area-transistor': 'um2',
  /** Area that placement leaves empty, of the area of the cells. */
  'area-overhead': 'ratio',
  /** Bits of an action's width for one toggled bit, at the average activity that its price is for. */
  toggle: 'ratio',
  /** Part of a clocked flip-flop's price that it takes without a change of its value. */
  'register-clock-share': 'ratio',
  /** Energy of one weight in a ternary processing element at gate level, its area, and the shares of its parts. */
  'ternary-element': 'pJ',
  'ternary-element-area': 'um2',
  'ternary-element-share': 'ratio',
  /** Transistors of one element of an array, counted by synthesis. */
  'element-transistors': 'count',
  /** How many parts of the operation's own format one element takes. */
  vector: 'count',
} as const;
export type RowAction = keyof typeof ROW_UNITS;

export type WidthAction = 'int-add' | 'trit-select' | 'register' | 'area-int-add';
export type FormatAction = 'multiply' | 'add' | 'area-multiply' | 'area-add';
export type PlainAction =
  | 'trit-decode'
  | 'trit-decode-5b3'
  | 'trit-decode-bitmap'
  | 'dma-byte'
  | 'wire'
  | 'clock'
  | 'logic-leakage'
  | 'area-register'
  | 'area-mux'
  | 'area-transistor'
  | 'area-overhead'
  | 'register-clock-share';
export type SramAction = 'sram-read' | 'sram-write' | 'sram-leakage' | 'sram-area';

/** What a row prices and under which conditions; no two rows of a table have the same key. */
export type RowKey =
  | { readonly action: WidthAction; readonly bits: number }
  | { readonly action: FormatAction; readonly format: NumberFormat }
  | { readonly action: PlainAction }
  | { readonly action: SramAction; readonly capacityBytes: number; readonly portBits: number }
  | { readonly action: 'vector'; readonly op: VectorOp; readonly part: VectorPart }
  | { readonly action: 'toggle'; readonly of: Toggling }
  | {
      readonly action: 'ternary-element';
      readonly engine: (typeof ENGINES)[number];
      /** Drawn at a zero fraction, or rows of a model. */
      readonly trits: 'synthetic' | 'real';
      readonly periodNs: number;
      readonly zeroFraction: number;
    }
  | {
      readonly action: 'ternary-element-area';
      readonly engine: (typeof ENGINES)[number];
      readonly periodNs: number;
    }
  | { readonly action: 'ternary-element-share'; readonly part: ElementPart }
  /** `trits`: how many an element holds; of a zero-skip lane window × queue, else one. */
  | { readonly action: 'element-transistors'; readonly element: ElementKind; readonly trits: number };

export interface RowFacts {
  /** Unique in a table; what `--prices` names. */
  readonly id: string;
  readonly value: number;
  readonly unit: (typeof ROW_UNITS)[RowAction];
  /** The node that the value is for, nm; null where `unstated` says why. */
  readonly nodeNm: number | null;
  readonly voltageV: number | null;
  /** Why node or voltage is null. */
  readonly unstated: string | null;
  /** Paper or tool, with how it was read, and the place in it. */
  readonly source: string;
  readonly place: string;
  /** The arithmetic from the figure in the source to `value`. */
  readonly derivation: string;
  readonly grade: Grade;
  readonly low: number;
  readonly high: number;
  /** What `low` and `high` stand for. */
  readonly range: string;
}

export type PriceRow = RowFacts & RowKey;

/** The row's conditions as text, for errors and for finding two rows with the same key. */
export function describeKey(key: RowKey): string {
  if ('bits' in key) return `${key.action} of ${key.bits} bit`;
  if ('format' in key) return `${key.action} in ${key.format}`;
  if ('capacityBytes' in key) {
    return `${key.action} of ${key.capacityBytes} B through ${key.portBits} bit`;
  }
  if ('engine' in key) {
    const zeros = 'zeroFraction' in key ? `, ${key.trits} trits with ${key.zeroFraction} zeros` : '';
    return `${key.action} ${key.engine} at ${key.periodNs} ns${zeros}`;
  }
  if ('of' in key) return `${key.action} of ${key.of}`;
  if ('element' in key) return `${key.action} of ${key.element} of ${key.trits} trits`;
  if ('op' in key) return `${key.part} of vector ${key.op}`;
  return 'part' in key ? `${key.part} of ${key.action}` : key.action;
}
