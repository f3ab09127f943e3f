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
import type { PhaseResult, SimulationResult } from '../sim/result.ts';
import { ACTION_UNITS, actionPrice } from './action.ts';
import { dramCharges } from './dram.ts';
import { leakagePrices } from './leakage.ts';
import { energyNotModelled } from './not-modelled.ts';
import { citationText, type Price } from './price.ts';
import type { Grade } from './row.ts';
import type { PriceTable } from './table.ts';

/** Every component that has energy, in the order in which they are summed. */
export const ENERGY_COMPONENTS = ['array', 'float_unit', 'vector', 'sram', 'dma', 'dram', 'leakage'] as const;
export type EnergyComponent = (typeof ENERGY_COMPONENTS)[number];

const JOULES_PER_PICOJOULE = 1e-12;
const PS_PER_NS = 1000;

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
}

export interface EnergyReport {
  readonly prices: { readonly table: string; readonly hash: string; readonly node_nm: number };
  readonly phases: readonly PhaseEnergy[];
  readonly notModelled: readonly string[];
}

/** A charge before it is multiplied out. */
interface Charge {
  readonly component: EnergyComponent;
  readonly action: string;
  readonly count: number;
  readonly unit: string;
  readonly price: Price;
}

/**
 * Prices everything that `result` counted on `machine`.
 *
 * @throws ENERGY_NODE where table and machine are of different nodes; PRICE_… and ENERGY_DRAM… where something counted
 *   has no price
 */
export function priceSimulation(
  result: Pick<SimulationResult, 'phases'>,
  machine: Machine,
  device: DramDevice,
  table: PriceTable,
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
    phases: result.phases.map((phase) => pricePhase(phase, machine, device, table)),
    notModelled: energyNotModelled(table, device),
  };
}

function pricePhase(
  result: PhaseResult,
  machine: Machine,
  device: DramDevice,
  table: PriceTable,
): PhaseEnergy {
  const charges = chargesOf(result, machine, device, table);
  const components = Object.fromEntries(
    ENERGY_COMPONENTS.map((name) => [name, sumOf(charges.filter((c) => c.component === name).map(amountOf))]),
  ) as Record<EnergyComponent, EnergyAmount>;
  return {
    phase: result.phase,
    ...sumOf(ENERGY_COMPONENTS.map((name) => components[name])),
    components,
    lines: charges.map((charge) => lineOf(result.phase, charge)),
  };
}

function chargesOf(
  { ledger, dram, timePs }: PhaseResult,
  machine: Machine,
  device: DramDevice,
  table: PriceTable,
): Charge[] {
  const actions = ledger.map(({ component, action, id, count }): Charge => {
    const price = actionPrice(table, action, machine.buffers);
    return {
      component,
      action: id,
      count,
      unit: ACTION_UNITS[action.type],
      price,
    };
  });
  const commands = dramCharges(device, dram)
    .filter(({ count }) => count > 0)
    .map(({ name, ...charge }): Charge => ({ component: 'dram', action: `dram.${name}`, ...charge }));
  const leakage = leakagePrices(table, machine).map(({ action, price }): Charge => {
    return { component: 'leakage', action, count: timePs / PS_PER_NS, unit: 'ns', price };
  });
  return [...actions, ...commands, ...leakage];
}

function lineOf(phase: 'prefill' | 'decode', { price, ...charge }: Charge): EnergyLine {
  return {
    phase,
    component: charge.component,
    action: charge.action,
    count: charge.count,
    unit: charge.unit,
    price_pJ: price.amount,
    energy_J: charge.count * price.amount * JOULES_PER_PICOJOULE,
    grade: price.grade,
    price: price.rows.join(' + '),
    derivation: price.derivation,
    source: citationText(price.citations),
  };
}

function amountOf({ count, price }: Charge): EnergyAmount {
  const joules = (pj: number): number => count * pj * JOULES_PER_PICOJOULE;
  return { energyJ: joules(price.amount), lowJ: joules(price.low), highJ: joules(price.high) };
}

function sumOf(amounts: readonly EnergyAmount[]): EnergyAmount {
  let [energyJ, lowJ, highJ] = [0, 0, 0];
  for (const amount of amounts) {
    energyJ += amount.energyJ;
    lowJ += amount.lowJ;
    highJ += amount.highJ;
  }
  return { energyJ, lowJ, highJ };
}
