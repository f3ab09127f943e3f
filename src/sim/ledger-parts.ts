/**
 * Counts of the ledger by part of the model: a layer, or an operation outside the layers. They add up to the ledger's.
 *
 * NOT MODELLED here: commands of the DRAM and time, which parts share; `OperationTotals` has the bytes of each operation.
 */
import type { Program } from '../mapping/program.ts';
import type { Operation } from '../trace/operation.ts';
import type { WorkCost } from './cost.ts';
import { Ledger } from './ledger.ts';

/** What one part of the model did, by id of the ledger's action. */
export interface PartCounts {
  /** `layers.3`, or the operation's name outside the layers. */
  readonly name: string;
  readonly counts: ReadonlyMap<string, number>;
}

/** The part that an operation belongs to. */
export function partOf({ name, layer }: Pick<Operation, 'name' | 'layer'>): string {
  return layer === null ? name : `layers.${layer}`;
}

export class LedgerParts {
  readonly #names: readonly string[];
  /** By operation. */
  readonly #part: Int32Array;
  /** By part. */
  readonly #ledgers: readonly Ledger[];

  constructor(operations: readonly Operation[]) {
    this.#names = [...new Set(operations.map(partOf))];
    this.#part = Int32Array.from(operations, (operation) => this.#names.indexOf(partOf(operation)));
    this.#ledgers = this.#names.map(() => new Ledger());
  }

  /** Adds a program that ran; `costs` are of its works. */
  add(program: Program, costs: readonly WorkCost[]): void {
    const works = costs.length;
    const uses = new Float64Array(this.#names.length * works);
    for (let c = 0; c < program.length; c++) {
      uses[this.#part[program.operation[c]!]! * works + program.work[c]!]!++;
    }
    for (const [part, ledger] of this.#ledgers.entries()) {
      for (let work = 0; work < works; work++) {
        const times = uses[part * works + work]!;
        if (times === 0) continue;
        for (const { component, action, count } of costs[work]!.actions) {
          ledger.add(ledger.register(component, action), count * times);
        }
      }
    }
  }

  /** Parts in the order in which they run. */
  results(): PartCounts[] {
    return this.#names.map((name, i) => ({
      name,
      counts: new Map(this.#ledgers[i]!.rows().map(({ id, count }) => [id, count])),
    }));
  }
}
