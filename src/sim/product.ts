/**
 * One matrix product on its own, O[M, N] = I[M, K] × W[K, N]: on the array with ideal memory, or through the whole
 * machine as a program of one operation.
 *
 * Through the machine the product is a projection as in a step of a model: weights come from DRAM, activations are in
 * the activation buffer and results stay there; rows that do not fit are run in chunks, each of which reads the weights
 * again.
 *
 * Units: cycles of the array's clock.
 */
import { TritsimError } from '../errors/error.ts';
import { checkAccumulator } from '../hardware/check.ts';
import type { Machine } from '../hardware/machine.ts';
import { arrayLanes } from '../mapping/array-shape.ts';
import { TRACE_FORMAT, type TraceManifest } from '../trace/manifest.ts';
import type { Trace } from '../trace/trace.ts';
import { measureActivity } from './array/activity.ts';
import { arrayCost } from './array/array.ts';
import type { DramDevice } from './dram/device.ts';
import { simulate } from './simulate.ts';

/** Name of the one operation of a product's trace. */
export const OPERATION = 'product';

export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Fraction of the weights that are zero, where an array's time or a packing's size depends on it. */
  readonly zeroFraction?: number;
}

export interface ProductResult {
  readonly cycles: number;
  /** From the first valid operand to the last valid result, memory ideal; summed over tiles. */
  readonly computeCycles: number;
  /** Results leaving an output-stationary array. */
  readonly readoutCycles: number;
  /** What memory adds: cycles − compute − read-out. */
  readonly stallCycles: number;
  /** Busy lane-cycles ÷ (lanes × cycles), at most 1. */
  readonly utilisation: number;
  /** M·N·K ÷ (lanes × cycles). */
  readonly denseEquivalent: number;
  readonly dramReadBytes: number;
  readonly dramWriteBytes: number;
}

/**
 * The product as one tile on the array, all operands at hand.
 * @throws MACHINE_ACCUMULATOR_NARROW
 */
export async function idealProduct(machine: Machine, product: Product): Promise<ProductResult> {
  const { m, n, k } = product;
  checkAccumulator(machine, k, OPERATION);
  const whole = new Map([[OPERATION, { k, n, tileK: k, tileN: n }]]);
  const activity = await measureActivity(productTrace(product), machine, whole);
  const values = { matrix: OPERATION, tile: 0, activations: null };
  const cost = arrayCost(machine, { rows: m, k, n, accumulate: false }, activity?.activityOf(values, m));
  const laneCycles = arrayLanes(machine.array) * cost.cycles;
  return {
    cycles: cost.cycles,
    computeCycles: cost.cycles - cost.readoutCycles,
    readoutCycles: cost.readoutCycles,
    stallCycles: 0,
    utilisation: cost.laneCycles / laneCycles,
    denseEquivalent: cost.multiplyAdds / laneCycles,
    dramReadBytes: 0,
    dramWriteBytes: 0,
  };
}

/**
 * The product through tiles, buffers, DMA and DRAM.
 * @throws what `simulate` throws where it does not fit the machine
 */
export async function simulateProduct(
  machine: Machine,
  device: DramDevice,
  product: Product,
): Promise<ProductResult> {
  const { phases } = await simulate(productTrace(product), machine, device);
  const [{ cycles, array, arrayUtilisation, dram }] = phases as [(typeof phases)[number]];
  return {
    cycles,
    computeCycles: array.computeCycles,
    readoutCycles: array.readoutCycles,
    stallCycles: cycles - array.computeCycles - array.readoutCycles,
    utilisation: arrayUtilisation,
    denseEquivalent: array.denseEquivalent,
    dramReadBytes: dram.readBytes,
    dramWriteBytes: dram.writeBytes,
  };
}

/** A synthesized trace of one projection; the model around it is as small as an address map allows. */
export function productTrace({ m, n, k, zeroFraction }: Product): Trace {
  const manifest: TraceManifest = {
    format: TRACE_FORMAT,
    origin: 'synthesized',
    tool: '',
    model: {
      name: OPERATION,
      shape: {
        hidden: 1,
        intermediate: 1,
        layers: 1,
        heads: 1,
        kvHeads: 1,
        headDim: 1,
        vocab: 1,
        maxPositions: m,
        ropeTheta: 1,
        rmsEps: 1,
        activation: 'relu2',
        gated: false,
        tiedEmbeddings: true,
        subNorms: false,
      },
      checkpoint: null,
    },
    prompt: null,
    phases: { prefill: { steps: 1, tokensPerStep: m, batch: 1, context: 0, ids: [] } },
    operations: [{ name: OPERATION, kind: 'bitlinear', layer: null, after: [], in: k, out: n }],
    matrices:
      zeroFraction === undefined
        ? {}
        : {
            [OPERATION]: {
              in: k,
              out: n,
              scale: null,
              zeroFraction: { value: zeroFraction, basis: 'assumed', source: 'stated with the product' },
              rowZeroFraction: null,
            },
          },
    activationZeroFraction: null,
  };
  const noValues = (): never => {
    throw new TritsimError('TRACE_NO_VALUES', 'a product has shapes and no values', { place: OPERATION });
  };
  return { name: OPERATION, hash: '', manifest, readTrits: noValues, readRows: noValues };
}
