/**
 * Plans of a trace, each made once for all machines that are mapped alike. What the mapping does not read (clock, prices, DRAM, DMA,
 * lanes and latencies of the vector and float units) may differ; `test/explore/plans.test.ts` holds the list to what it reads.
 */
import type { Machine } from '../hardware/machine.ts';
import { costDependsOn } from '../mapping/array-shape.ts';
import { planTrace, type Plan } from '../mapping/plan.ts';
import type { TileNonzeros } from '../mapping/nonzeros.ts';
import { LoweredPlan } from '../sim/analytic/lowered-plan.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import { Remembered } from './remembered.ts';

/** Some hundred kilobytes each for a large model; a space changes what plans depend on in about so many ways between DRAMs and clocks. */
const MOST_PLANS = 256;

/**
 * Commands kept of a plan, some 40 bytes each: at most 1.3 MB, 340 MB of all plans. A token of the shipped trace has 500, one of 2B4T
 * 17,000, most of them in the head, which comes again for each number of layers that are worked out.
 */
const MOST_COMMANDS = 2 ** 15;

/** The sections of a machine that no plan depends on. */
export const UNPLANNED = ['technology', 'clock', 'dram', 'dma', 'floatUnit'] as const;

/** What is no part of a plan's key as a whole. */
const APART: ReadonlySet<string> = new Set([
  'name',
  'description',
  'hash',
  'sources',
  'vector',
  ...UNPLANNED,
]);
/** Texts of sections known at a time. */
const MOST_SECTIONS = 20_000;

/** A plan, and what estimates of it share. */
export interface SharedPlan {
  readonly plan: Plan;
  readonly lowered: LoweredPlan;
}

export class Plans {
  readonly #manifest: TraceManifest;
  readonly #plans = new Remembered<SharedPlan>(MOST_PLANS);
  /** Numbers by section, since machines of a space share them, and by what sections hold. */
  readonly #numbers = new WeakMap<object, number>();
  readonly #byText = new Map<string, number>();
  #next = 0;

  constructor(manifest: TraceManifest) {
    this.#manifest = manifest;
  }

  /**
   * The plan of a machine.
   * @param nonzeros of each tile, where the packing's size depends on them: it follows from the trace and the tiles
   * @throws what `planTrace` throws
   */
  of(machine: Machine, nonzeros: TileNonzeros | undefined): SharedPlan {
    const { plan, lowered } = this.#plans.get(this.#keyOf(machine), () => {
      const made = planTrace(this.#manifest, machine, nonzeros);
      return { plan: made, lowered: new LoweredPlan(this.#manifest, made, MOST_COMMANDS) };
    });
    return {
      plan: { ...plan, graph: { ...plan.graph, machine } },
      // Works that differ by their values are too many to keep.
      lowered: costDependsOn(machine.array) === 'size' ? lowered : new LoweredPlan(this.#manifest, plan),
    };
  }

  /** All that a plan depends on, of a machine. */
  #keyOf(machine: Machine): string {
    let key: string = machine.vector.precision;
    for (const [name, section] of Object.entries(machine)) {
      if (!APART.has(name)) key += ` ${name} ${this.#numberOf(section as object)}`;
    }
    return key;
  }

  /** A number for what a section holds. */
  #numberOf(section: object): number {
    const known = this.#numbers.get(section);
    if (known !== undefined) return known;
    if (this.#byText.size >= MOST_SECTIONS) this.#byText.clear();
    const text = JSON.stringify(section);
    const number = this.#byText.get(text) ?? this.#next++;
    this.#byText.set(text, number);
    this.#numbers.set(section, number);
    return number;
  }
}
