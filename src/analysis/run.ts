/**
 * The result of a run, as `run.json` holds it (`tritsim.run/1`). Times in seconds, energy in joules; the names are the
 * contract's and scripts rely on them.
 */
import type { Efficiency } from './efficiency.ts';

export type ComponentName = 'array' | 'float_unit' | 'vector' | 'sram' | 'dma' | 'dram' | 'leakage';

export interface RunComponent {
  readonly name: ComponentName;
  /** Time that it was busy. */
  readonly time_s: number;
  /** Part of the phase's time attributed to it; these add up to the phase's time. */
  readonly exposed_s: number;
  readonly energy_J: number;
  /** All prices at their low; at their high. */
  readonly energy_low_J: number;
  readonly energy_high_J: number;
}

export interface RunOperation {
  readonly name: string;
  readonly kind: string;
  readonly layer: number | null;
  readonly time_s: number;
  readonly busy_cycles: number;
  readonly multiply_adds: number;
  readonly dram_read_bytes: number;
  readonly dram_write_bytes: number;
}

/** Seconds without a command on the array, by what it waited for; they add up to the time that it was idle. */
export interface RunStalls {
  readonly weights: number;
  readonly activations: number;
  readonly output: number;
  readonly kv: number;
  readonly refresh: number;
  readonly dependency: number;
}

/** How the count of one line of the energy account divides over the parts of the model. */
export interface RunPartAction {
  readonly component: ComponentName;
  readonly action: string;
  /** Counted by part, or divided by the count of an action, by DRAM bytes or by time (`part-actions.ts`). */
  readonly basis: 'counted' | 'action' | 'bytes' | 'time';
  /** By part, in the order of `names`; they add up to the line's count. */
  readonly counts: readonly number[];
}

/** The energy account by part of the model: a layer, or an operation outside the layers. */
export interface RunParts {
  readonly names: readonly string[];
  /** One for each line of the phase, in their order. */
  readonly actions: readonly RunPartAction[];
}

/** A slice of the timeline, seconds from the beginning of the phase. */
export interface RunSlice {
  readonly track: string;
  readonly name: string;
  readonly from_s: number;
  readonly to_s: number;
  /** Less than its length where slices too near to be told apart are one. */
  readonly busy_s: number;
}

/** One layer of one step as it ran. */
export interface RunTimeline {
  /** `layer 3 of the prompt` */
  readonly what: string;
  readonly from_s: number;
  readonly to_s: number;
  readonly slices: readonly RunSlice[];
}

/** What was done with values that do not fit the chip. */
export interface RunMapping {
  /**
   * `whole`: they fit; `chunked`: rows went through the model in chunks, each of which read all weights; `spilled`:
   * stages of the model one after the other over all rows, values between them in DRAM.
   */
  readonly activations: 'whole' | 'chunked' | 'spilled';
  readonly stages: number;
  /** DRAM bytes that the plan asks for, in closed form. */
  readonly dram_bytes: number;
}

export interface RunPhase {
  readonly tokens: number;
  readonly steps: number;
  readonly batch: number;
  readonly cycles: number;
  readonly dram_cycles: number;
  readonly time_s: number;
  readonly energy_J: number;
  /** All prices at their low; at their high. */
  readonly energy_low_J: number;
  readonly energy_high_J: number;
  readonly efficiency: Efficiency;
  readonly first_step_s: number;
  readonly last_step_s: number;
  readonly array_utilisation: number;
  readonly float_utilisation: number;
  /** Multiply-adds before any skipping ÷ (lanes × cycles): above 1 where enough zeros are skipped. */
  readonly dense_equivalent: number;
  readonly mapping: RunMapping;
  /** Name of the component that was busy longest. */
  readonly bottleneck: ComponentName;
  /** Absent where the time was estimated. */
  readonly array_stalls_s?: RunStalls;
  readonly components: readonly RunComponent[];
  readonly operations: readonly RunOperation[];
  /** Absent where the simulation did not count by part. */
  readonly parts?: RunParts;
  /** Absent where the time was estimated or no excerpt was asked for. */
  readonly timeline?: RunTimeline;
}

export interface RunDecodePhase extends RunPhase {
  /** batch × steps ÷ time. */
  readonly tokens_per_s: number;
  /** energy ÷ (batch × steps). */
  readonly energy_per_token_J: number;
}

export interface RunPhases {
  readonly prefill?: RunPhase;
  readonly decode?: RunDecodePhase;
}

/** One line of the energy account: a count, its price and where the price comes from. */
export interface EnergyLine {
  readonly phase: 'prefill' | 'decode';
  readonly component: ComponentName;
  /** Name of the counted action, as in `counts`. */
  readonly action: string;
  readonly count: number;
  readonly unit: string;
  readonly price_pJ: number;
  readonly energy_J: number;
  readonly grade: 'measured' | 'published' | 'scaled' | 'assumed' | 'user';
  /** Row of the price table, and how the price was derived from it. */
  readonly price: string;
  readonly derivation: string;
  readonly source: string;
}

/** Area of a part of the machine, mm2, and where it comes from. */
export interface RunAreaPart {
  readonly name: string;
  readonly mm2: number;
  readonly low_mm2: number;
  readonly high_mm2: number;
  readonly grade: EnergyLine['grade'];
  readonly price: string;
  readonly derivation: string;
  readonly source: string;
}

/** Area of the machine, mm2; the parts add up to it. */
export interface RunArea {
  readonly mm2: number;
  readonly low_mm2: number;
  readonly high_mm2: number;
  readonly parts: readonly RunAreaPart[];
}

/** Zeros of one projection: among its weights, and among the int8 values that it reads. */
export interface RunZeros {
  readonly phase: 'prefill' | 'decode';
  readonly operation: string;
  readonly layer: number | null;
  readonly weight_zero_fraction: number;
  readonly weight_zero_basis: 'measured' | 'assumed';
  readonly activation_zero_fraction: number | null;
  readonly activation_zero_basis: 'measured' | 'assumed' | null;
}

export interface MachineRun {
  /** Whether times were simulated command by command or estimated in closed form. */
  readonly fidelity: 'cycle' | 'analytic';
  /** Whether the array's adders and registers are charged by average prices or by the bits that toggle on recorded operands. */
  readonly activity: 'average' | 'real';
  readonly machine: {
    readonly name: string;
    readonly hash: string;
    /** Everything that `hash` covers, one unit per dimension. */
    readonly resolved?: Readonly<Record<string, unknown>>;
  };
  /** The DRAM device, whose timings the machine's hash does not cover. */
  readonly device: { readonly name: string; readonly hash: string };
  readonly phases: RunPhases;
  readonly area: RunArea;
  /** Counts by phase and action. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly checks: {
    readonly functional: {
      readonly compared: number;
      readonly mismatches: number;
      /** Why nothing was compared although it was not tried. */
      readonly reason?: string;
    };
    readonly conservation: 'ok';
  };
  readonly energy: readonly EnergyLine[];
  /** What this machine's model leaves out, one sentence each. */
  readonly not_modelled: readonly string[];
}

/** Ratios baseline ÷ machine of one phase, above 1 where the machine is better. */
export interface RunRatios {
  readonly speedup: number;
  readonly energy_ratio: number;
  /** Over the prices' ranges; the same row of a table moves both machines (`ratio-band.ts`). */
  readonly energy_ratio_low: number;
  readonly energy_ratio_high: number;
  /** Of the energy-delay products. */
  readonly edp_ratio: number;
}

export interface RunComparison {
  /** What was held equal. */
  readonly match: 'peak' | 'area' | 'bandwidth';
  /** The baseline's array as it was held against the machine. */
  readonly baseline_array: { readonly kind: string; readonly inputs: number; readonly outputs: number };
  readonly prefill?: RunRatios;
  readonly decode?: RunRatios;
}

export interface Run extends MachineRun {
  readonly schema: 'tritsim.run/1';
  /** Hash of the simulation's sources. */
  readonly program: string;
  readonly trace: {
    readonly name: string;
    readonly hash: string;
    /** Absent where nobody asked for them. */
    readonly zeros?: readonly RunZeros[];
  };
  readonly prices: { readonly table: string; readonly hash: string; readonly node_nm: number };
  readonly baseline?: MachineRun;
  readonly comparison?: RunComparison;
}
