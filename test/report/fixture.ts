/**
 * A run made by hand: both machines, both phases, two layers of 512 × 1376 with a vocabulary of 8192. The times are a
 * roofline (the longer of traffic ÷ 25.6 GB/s and work ÷ peak) and the prices are round numbers: plausible, consistent
 * (parts add up to totals) and no result of the simulator.
 */
import { efficiencyOf } from '../../src/analysis/efficiency.ts';
import type {
  ComponentName,
  EnergyLine,
  MachineRun,
  Run,
  RunArea,
  RunComponent,
  RunDecodePhase,
  RunOperation,
} from '../../src/analysis/run.ts';
import { partsOf, timelineOf, zerosOf } from './fixture-details.ts';

interface Profile {
  readonly name: string;
  readonly bytesPerWeight: number;
  readonly dramPicojoules: number;
  readonly arrayPicojoules: number;
  readonly arrayAction: string;
  readonly grade: EnergyLine['grade'];
}

const TERNARY: Profile = {
  name: 'edge-ternary',
  bytesPerWeight: 0.2,
  dramPicojoules: 1347,
  arrayPicojoules: 0.018,
  arrayAction: 'array.int-add.b24',
  grade: 'scaled',
};
const FP16: Profile = {
  name: 'edge-fp16',
  bytesPerWeight: 2,
  dramPicojoules: 1347,
  arrayPicojoules: 0.5,
  arrayAction: 'array.multiply.fp16',
  grade: 'published',
};

const [HIDDEN, FFN, VOCAB, LAYERS] = [512, 1376, 8192, 2];
const BYTES_PER_SECOND = 25.6e9;
const LANES_PER_SECOND = 2048e9;
const BURST_BYTES = 32;

/** Name, kind, weights and multiply-adds a token. */
type Work = readonly [name: string, kind: string, weights: number, work: number];

const LAYER: readonly Work[] = [
  ['input_norm', 'norm', 0, 0],
  ['input_quantize', 'quantize', 0, 0],
  ['q_proj', 'bitlinear', HIDDEN * HIDDEN, HIDDEN * HIDDEN],
  ['k_proj', 'bitlinear', (HIDDEN * HIDDEN) / 4, (HIDDEN * HIDDEN) / 4],
  ['v_proj', 'bitlinear', (HIDDEN * HIDDEN) / 4, (HIDDEN * HIDDEN) / 4],
  ['rope', 'rope', 0, 0],
  ['attention', 'attention', 0, HIDDEN * 144],
  ['o_proj', 'bitlinear', HIDDEN * HIDDEN, HIDDEN * HIDDEN],
  ['attention_residual', 'residual', 0, 0],
  ['gate_proj', 'bitlinear', HIDDEN * FFN, HIDDEN * FFN],
  ['up_proj', 'bitlinear', HIDDEN * FFN, HIDDEN * FFN],
  ['activation', 'activation', 0, 0],
  ['down_proj', 'bitlinear', HIDDEN * FFN, HIDDEN * FFN],
  ['ffn_residual', 'residual', 0, 0],
];

function operationsOf(profile: Profile, tokens: number, steps: number): RunOperation[] {
  const operation = (layer: number | null, [name, kind, weights, work]: Work): RunOperation => {
    const bytesPerWeight = kind === 'bitlinear' ? profile.bytesPerWeight : 2;
    const bytes = Math.ceil((weights * bytesPerWeight * steps) / BURST_BYTES) * BURST_BYTES;
    const multiplyAdds = kind === 'head' ? work * steps : work * tokens;
    const vectorTime = work === 0 ? tokens * 24e-9 : 0;
    return {
      name: layer === null ? name : `layers.${layer}.${name}`,
      kind,
      layer,
      time_s: Math.max(bytes / BYTES_PER_SECOND, multiplyAdds / LANES_PER_SECOND, vectorTime),
      busy_cycles: Math.ceil(multiplyAdds / 2048),
      multiply_adds: multiplyAdds,
      dram_read_bytes: bytes,
      dram_write_bytes: kind === 'attention' ? tokens * HIDDEN : 0,
    };
  };
  return [
    operation(null, ['embedding', 'embedding', 0, 0]),
    ...Array.from({ length: LAYERS }, (_, layer) => LAYER.map((work) => operation(layer, work))).flat(),
    operation(null, ['final_norm', 'norm', 0, 0]),
    operation(null, ['head', 'head', HIDDEN * VOCAB, HIDDEN * VOCAB]),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function linesOf(
  profile: Profile,
  phase: 'prefill' | 'decode',
  operations: readonly RunOperation[],
  time: number,
): EnergyLine[] {
  const work = (kinds: readonly string[]): number =>
    sum(operations.filter((o) => kinds.includes(o.kind)).map((o) => o.multiply_adds));
  const bursts = sum(operations.map((o) => o.dram_read_bytes + o.dram_write_bytes)) / BURST_BYTES;
  const line = (
    component: ComponentName,
    action: string,
    count: number,
    unit: string,
    price: number,
    grade: EnergyLine['grade'],
  ): EnergyLine => ({
    phase,
    component,
    action,
    count,
    unit,
    price_pJ: price,
    energy_J: count * price * 1e-12,
    grade,
    price: `row of ${action}`,
    derivation: `${price} pJ as printed`,
    source: `A made-up table of the tests with a title as long as those of papers (2026), Table 1, p. ${grade.length}`,
  });
  const { arrayAction, arrayPicojoules, grade, dramPicojoules } = profile;
  return [
    line('array', arrayAction, work(['bitlinear']), 'addition', arrayPicojoules, grade),
    line('float_unit', 'float_unit.multiply.bf16', work(['attention', 'head']), 'product', 0.3, 'published'),
    line('vector', 'vector.exponential.fp32', operations.length * 640, 'element', 2.5, 'assumed'),
    line('sram', 'sram.sram-read.weights', bursts / 4, 'access', 90, 'published'),
    line('dma', 'dma.dma-byte', bursts * BURST_BYTES, 'byte', 0.4, 'assumed'),
    line('dram', 'dram.RD', bursts, 'burst', dramPicojoules, 'measured'),
    line('dram', 'dram.standby', time * 1e9, 'ns', 60, 'measured'),
    line('leakage', 'leakage.sram', time * 1e9, 'ns', 9, 'assumed'),
  ];
}

/** Bands of the example's energies, as parts of them. */
const [LOW, HIGH] = [0.75, 1.5];

function band(energy: number) {
  return { energy_J: energy, energy_low_J: energy * LOW, energy_high_J: energy * HIGH };
}

const AREA: RunArea = {
  mm2: 0.5,
  low_mm2: 0.25,
  high_mm2: 1,
  parts: [
    {
      name: 'array',
      mm2: 0.5,
      low_mm2: 0.25,
      high_mm2: 1,
      grade: 'scaled',
      price: 'area.example',
      derivation: 'a round number',
      source: 'A made-up table of the tests',
    },
  ],
};

function phaseOf(profile: Profile, phase: 'prefill' | 'decode', tokens: number, steps: number) {
  const operations = operationsOf(profile, tokens, steps);
  const time = sum(operations.map((o) => o.time_s));
  const lines = linesOf(profile, phase, operations, time);
  const component = (name: ComponentName, part: number): RunComponent => ({
    name,
    time_s: time * part * 0.98,
    exposed_s: time * part,
    ...band(sum(lines.filter((line) => line.component === name).map((line) => line.energy_J))),
  });
  const components = [
    component('array', 0.0625),
    component('float_unit', 0.03125),
    component('vector', 0.0625),
    component('sram', 0),
    component('dma', 0.03125),
    component('dram', 0.8125),
    component('leakage', 0),
  ];
  const energy = sum(components.map((c) => c.energy_J));
  const result: RunDecodePhase = {
    tokens,
    steps,
    batch: 1,
    cycles: Math.ceil(time * 1e9),
    dram_cycles: Math.ceil(time * 1.6e9),
    time_s: time,
    ...band(energy),
    efficiency: efficiencyOf(
      { energyJ: energy, lowJ: energy * LOW, highJ: energy * HIGH },
      time,
      sum(operations.map((o) => o.multiply_adds)),
      { amount: AREA.mm2, low: AREA.low_mm2, high: AREA.high_mm2 },
    ),
    first_step_s: time / steps,
    last_step_s: time / steps,
    array_utilisation: 0.0625,
    float_utilisation: 0.25,
    dense_equivalent: 0.0625,
    mapping: { activations: 'whole', stages: 1, dram_bytes: 4096 },
    bottleneck: 'dram',
    components,
    operations,
    parts: partsOf(lines),
    timeline: timelineOf(time),
    tokens_per_s: tokens / time,
    energy_per_token_J: energy / tokens,
  };
  return { result, lines };
}

function countsOf(lines: readonly EnergyLine[]): Record<string, number> {
  return Object.fromEntries(lines.map(({ action, count }) => [action, count]));
}

function machineRun(profile: Profile, digit: string): MachineRun {
  const prefill = phaseOf(profile, 'prefill', 64, 1);
  const decode = phaseOf(profile, 'decode', 16, 16);
  const { tokens_per_s: _rate, energy_per_token_J: _energy, ...prefillResult } = prefill.result;
  return {
    fidelity: 'cycle',
    activity: 'average',
    machine: {
      name: profile.name,
      hash: digit.repeat(64),
      resolved: { clock: { hz: 1e9, periodPs: [1000, 1] }, array: { kind: profile.arrayAction } },
    },
    device: { name: 'LPDDR4-3200', hash: 'f'.repeat(64) },
    phases: { prefill: prefillResult, decode: decode.result },
    area: AREA,
    counts: { prefill: countsOf(prefill.lines), decode: countsOf(decode.lines) },
    checks: { functional: { compared: 1_234_560, mismatches: 0 }, conservation: 'ok' },
    energy: [...prefill.lines, ...decode.lines],
    not_modelled: ['Thermal throttling.', `What a made-up ${profile.name} leaves out.`],
  };
}

/** A run with a baseline. `changes` replace top-level keys. */
export function exampleRun(changes: Partial<Run> = {}): Run {
  const machine = machineRun(TERNARY, 'a');
  const baseline = machineRun(FP16, 'b');
  const ratios = (phase: 'prefill' | 'decode') => ({
    speedup: baseline.phases[phase]!.time_s / machine.phases[phase]!.time_s,
    energy_ratio: baseline.phases[phase]!.energy_J / machine.phases[phase]!.energy_J,
    energy_ratio_low: (baseline.phases[phase]!.energy_J / machine.phases[phase]!.energy_J) * LOW,
    energy_ratio_high: (baseline.phases[phase]!.energy_J / machine.phases[phase]!.energy_J) * HIGH,
    edp_ratio:
      baseline.phases[phase]!.efficiency.edp_Js.typical / machine.phases[phase]!.efficiency.edp_Js.typical,
  });
  return {
    schema: 'tritsim.run/1',
    program: 'c'.repeat(64),
    trace: { name: 'tritsim-25m.p64d16', hash: 'd'.repeat(64), zeros: zerosOf(LAYERS) },
    prices: { table: 'jouppi-7nm', hash: 'e'.repeat(64), node_nm: 7 },
    ...machine,
    baseline,
    comparison: {
      match: 'peak',
      baseline_array: { kind: 'mac-fp16', inputs: 64, outputs: 32 },
      prefill: ratios('prefill'),
      decode: ratios('decode'),
    },
    ...changes,
  };
}

/** The same run of one machine alone. */
export function aloneRun(): Run {
  const { baseline: _baseline, comparison: _comparison, ...alone } = exampleRun();
  return alone;
}
