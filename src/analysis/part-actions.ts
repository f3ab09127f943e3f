/**
 * The energy account by part of the model: how the count of each line divides over the layers and the operations outside
 * them. What was counted by part is exact; what parts share is divided by a stated measure:
 *
 *   | basis | lines | measure |
 *   |---|---|---|
 *   | `counted` | actions of the ledger; wires (port accesses); clock (flip-flops clocked) | their own counts |
 *   | `action` | toggled bits | counts of the action that toggles |
 *   | `bytes` | DRAM: `rd`, `wr`, `act`, `transfer` | bytes read; written; both |
 *   | `time` | DRAM: refresh and standby; leakage | the part of the phase's time attributed to its operations |
 *
 * Units: counts as in the lines; `count × price_pJ` of a line is the energy, as there.
 * INACCURACIES: a part may find a row open that another has opened, so `act` by bytes is a convention.
 */
import type { EnergyLine } from '../energy/report.ts';
import { TritsimError } from '../errors/error.ts';
import type { LedgerRow } from '../sim/ledger.ts';
import { type PartCounts, partOf } from '../sim/ledger-parts.ts';
import type { OperationResult, PhaseResult } from '../sim/result.ts';
import type { RunPartAction, RunParts } from './run.ts';

type Basis = RunPartAction['basis'];
type Measure = (part: PartCounts, operations: readonly OperationResult[]) => number;

/**
 * The lines of one phase by part; undefined where the simulation did not count by part.
 *
 * @param lines of this phase
 * @throws ENERGY_PART where a line has no measure
 */
export function partActions(
  { parts, ledger, operations }: Pick<PhaseResult, 'parts' | 'ledger' | 'operations'>,
  lines: readonly EnergyLine[],
): RunParts | undefined {
  if (parts === undefined) return undefined;
  const own = parts.map(({ name }) => operations.filter((operation) => partOf(operation) === name));
  return {
    names: parts.map(({ name }) => name),
    actions: lines.map(({ component, action, count }) => {
      const [basis, measure] = measureOf(action, ledger);
      const shares = parts.map((part, i) => measure(part, own[i]!));
      return { component, action, basis, counts: divide(count, shares) };
    }),
  };
}

/** Of each line that is not an action of the ledger, by the end of its name. */
const SHARED: Readonly<Record<string, readonly [Basis, Measure]>> = {
  'dram.rd': ['bytes', (_, operations) => sum(operations, ({ dramReadBytes }) => dramReadBytes)],
  'dram.wr': ['bytes', (_, operations) => sum(operations, ({ dramWriteBytes }) => dramWriteBytes)],
  'dram.act': ['bytes', (_, operations) => bytesOf(operations)],
  'dram.transfer': ['bytes', (_, operations) => bytesOf(operations)],
  'dram.ref': ['time', (_, operations) => timeOf(operations)],
  'dram.refpb': ['time', (_, operations) => timeOf(operations)],
  'dram.standby-active': ['time', (_, operations) => timeOf(operations)],
  'dram.standby-precharge': ['time', (_, operations) => timeOf(operations)],
};
const TOGGLED = '.toggled';
const CLOCK = '.clock';
const WIRE = 'sram.wire.';

function measureOf(action: string, ledger: readonly LedgerRow[]): readonly [Basis, Measure] {
  if (ledger.some(({ id }) => id === action)) return ['counted', countOf([action])];
  if (action.endsWith(TOGGLED)) return ['action', countOf([action.slice(0, -TOGGLED.length)])];
  if (action.startsWith(WIRE)) {
    const buffer = action.slice(WIRE.length);
    return ['counted', countOf([`sram.sram-read.${buffer}`, `sram.sram-write.${buffer}`])];
  }
  if (action.endsWith(CLOCK)) return ['counted', flipFlopsOf(action.slice(0, -CLOCK.length), ledger)];
  if (action.startsWith('leakage.')) return ['time', (_, operations) => timeOf(operations)];
  const shared = SHARED[action];
  if (shared !== undefined) return shared;
  throw new TritsimError('ENERGY_PART', 'a line of the energy account has no measure for its parts', {
    place: 'part-actions.ts',
    found: action,
  });
}

function countOf(ids: readonly string[]): Measure {
  return ({ counts }) => ids.reduce((total, id) => total + (counts.get(id) ?? 0), 0);
}

/** Flip-flops clocked by a component: its registers' counts × their bits. */
function flipFlopsOf(component: string, ledger: readonly LedgerRow[]): Measure {
  const registers = ledger.flatMap(({ id, action, component: owner }) =>
    owner === component && action.type === 'register' ? [{ id, bits: action.bits }] : [],
  );
  return ({ counts }) => registers.reduce((total, { id, bits }) => total + (counts.get(id) ?? 0) * bits, 0);
}

function bytesOf(operations: readonly OperationResult[]): number {
  return sum(operations, ({ dramReadBytes, dramWriteBytes }) => dramReadBytes + dramWriteBytes);
}

function timeOf(operations: readonly OperationResult[]): number {
  return sum(operations, ({ timePs }) => timePs);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** `count` in the proportions of `shares`; shares that add up to it stay as they are. */
function divide(count: number, shares: readonly number[]): number[] {
  const total = shares.reduce((a, b) => a + b, 0);
  if (total === count) return [...shares];
  return shares.map((share) => (total === 0 ? 0 : (count * share) / total));
}
