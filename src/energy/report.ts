/**
 * The energy account of a simulation: every counted action × its price, the DRAM by command, leakage × time. Joules in
 * the account, picojoules in the prices.
 *
 * The sums are defined by their order, so that parts add up to the total to the last bit: a component is the sum of its
 * lines as they stand, the phase is the sum of its components as `ENERGY_COMPONENTS` lists them.
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import type { DramDevice } from '../sim/dram/device.ts';
import type { TraceToggles } from '../sim/array/toggles/toggles.ts';
import type { PhaseResult, SimulationResult } from '../sim/result.ts';
import { chargesOf, type Charge } from './charges.ts';
import { energyNotModelled } from './not-modelled.ts';
import { citationText, type Price } from './price.ts';
import type { Grade } from './row.ts';
import type { PriceTable } from './table.ts';
import type { ToggledBits } from './toggles.ts';

/** Every component that has energy, in the order in which they are summed. */
export const ENERGY_COMPONENTS = ['array', 'float_unit', 'vector', 'sram', 'dma', 'dram', 'leakage'] as const;
export type EnergyComponent = (typeof ENERGY_COMPONENTS)[number];

const JOULES_PER_PICOJOULE = 1e-12;

/** One line: `energy_J` is `count × price_pJ × 1e-12`, and the rest says where the price comes from. */
export interface EnergyLine {
  readonly phase: 'prefill' | 'decode';
  readonly component: EnergyComponent;
  /** Id of the counted action, as in the ledger. */
  readonly action: string;
  readonly count: number;
  /** What is counted. */
  readonly unit: string;
  readonly price_pJ: number;
  readonly energy_J: number;
  readonly grade: Grade;
  /** Ids of the rows that the price rests on. */
  readonly price: string;
  readonly derivation: string;
  readonly source: string;
}

/** An energy and the band that the rows' low and high give. */
export interface EnergyAmount {
  readonly energyJ: number;
  readonly lowJ: number;
  readonly highJ: number;
}

export interface PhaseEnergy extends EnergyAmount {
  readonly phase: 'prefill' | 'decode';
  /** All of `ENERGY_COMPONENTS`, in that order. */
  readonly components: Readonly<Record<EnergyComponent, EnergyAmount>>;
  readonly lines: readonly EnergyLine[];
  /** The same with their prices whole, for bands of ratios. */
  readonly charges: readonly Charge[];
}

export interface EnergyReport {
  readonly prices: { readonly table: string; readonly hash: string; readonly node_nm: number };
  readonly phases: readonly PhaseEnergy[];
  readonly notModelled: readonly string[];
}

/**
 * Prices everything that `result` counted on `machine`.
 *
 * @param toggles of the array's operands, where its adders and registers are to be charged by them
 * @throws ENERGY_NODE where table and machine are of different nodes; PRICE_… and ENERGY_DRAM… where something counted
 *   has no price
 */
export function priceSimulation(
  result: Pick<SimulationResult, 'phases'>,
  machine: Machine,
  device: DramDevice,
  table: PriceTable,
  toggles?: TraceToggles,
): EnergyReport {
  if (table.nodeNm !== machine.technology.nodeNm) {
    throw new TritsimError('ENERGY_NODE', 'the price table is for another node than the machine', {
      place: `prices ${table.name}`,
      found: `${table.nodeNm} nm`,
      allowed: [`${machine.technology.nodeNm} nm`],
      hint: "Choose a table of the machine's node, or state another node in the machine file.",
    });
  }
  return {
    prices: { table: table.name, hash: table.hash, node_nm: table.nodeNm },
    phases: result.phases.map((phase) =>
      pricePhase(phase, machine, device, table, toggles?.phases.get(phase.phase)),
    ),
    notModelled: energyNotModelled(table, device, toggles),
  };
}

function pricePhase(
  result: PhaseResult,
  machine: Machine,
  device: DramDevice,
  table: PriceTable,
  toggled: ToggledBits | undefined,
): PhaseEnergy {
  const charges = chargesOf(result, machine, device, table, toggled);
  const components: Record<EnergyComponent, EnergySum> = {
    array: nothing(),
    float_unit: nothing(),
    vector: nothing(),
    sram: nothing(),
    dma: nothing(),
    dram: nothing(),
    leakage: nothing(),
  };
  for (const { component, count, price } of charges) {
    const sum = components[component];
    sum.energyJ += count * price.amount * JOULES_PER_PICOJOULE;
    sum.lowJ += count * price.low * JOULES_PER_PICOJOULE;
    sum.highJ += count * price.high * JOULES_PER_PICOJOULE;
  }
  const total = nothing();
  for (const name of ENERGY_COMPONENTS) {
    total.energyJ += components[name].energyJ;
    total.lowJ += components[name].lowJ;
    total.highJ += components[name].highJ;
  }
  let lines: readonly EnergyLine[] | undefined;
  return {
    phase: result.phase,
    ...total,
    components,
    charges,
    // Put into words when they are asked for: a point of a design space needs the sums only.
    get lines() {
      return (lines ??= charges.map((charge) => lineOf(result.phase, charge)));
    },
  };
}

type EnergySum = { -readonly [K in keyof EnergyAmount]: number };

function nothing(): EnergySum {
  return { energyJ: 0, lowJ: 0, highJ: 0 };
}

function lineOf(phase: 'prefill' | 'decode', { price, ...charge }: Charge): EnergyLine {
  const { rows, source } = textOf(price);
  return {
    phase,
    component: charge.component,
    action: charge.action,
    count: charge.count,
    unit: charge.unit,
    price_pJ: price.amount,
    energy_J: charge.count * price.amount * JOULES_PER_PICOJOULE,
    grade: price.grade,
    price: rows,
    derivation: price.derivation,
    source,
  };
}

const texts = new WeakMap<Price, { readonly rows: string; readonly source: string }>();

/** A price's rows and sources as text, put together once. */
function textOf(price: Price): { readonly rows: string; readonly source: string } {
  let text = texts.get(price);
  if (text === undefined) {
    text = { rows: price.rows.join(' + '), source: citationText(price.citations) };
    texts.set(price, text);
  }
  return text;
}
