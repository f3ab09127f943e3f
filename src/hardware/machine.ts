/**
 * A machine, resolved: what a machine file says once presets are merged and quantities parsed. One unit per dimension:
 * bytes, bits, cycles of the machine's clock, hertz. The file's own form is in `schema.ts`; this is what mapping,
 * simulation and energy read.
 */

/** How a weight matrix is laid out, row by row (a row holds the weights of one output, K of them). */
export type Packing =
  /** Two bits a trit, four to a byte. */
  | 'ternary-2b'
  /** Base 3, five trits to a byte: 1.6 bits a trit; a row is padded to whole bytes. */
  | 'ternary-base3'
  /** Five bits for three trits, 1.67 bits a trit; a row is padded to whole bytes. */
  | 'ternary-5b3'
  /**
   * A presence bit a trit, then a sign bit for each trit that is not zero: 2 − z bits a trit at zero fraction z. A tile is
   * its rows of presence bits, each padded to whole bytes, and then all its signs, padded at the end.
   */
  | 'bitmap-sign'
  /** Two's complement nibbles, two to a byte. */
  | 'int4'
  | 'int8'
  | 'fp16'
  | 'bf16';

/** Packings whose rows have a size known beforehand, so that the weight buffer can address them. */
export type BufferPacking = Exclude<Packing, 'bitmap-sign'>;

export type ArrayKind = ArrayConfig['kind'];
/** What stays in an array of trees while the rest streams past. */
export type Dataflow = 'weight-stationary' | 'output-stationary';
export type SystolicDataflow = Dataflow | 'input-stationary';
export type FloatPrecision = 'fp16' | 'bf16' | 'fp32';
/** How the KV cache lies in DRAM; whole numbers are widened on their way into the float unit. */
export type KvPrecision = FloatPrecision | 'int8' | 'int4';

/** Ternary select-and-add trees: `outputs` trees of `inputs` leaves each, one activation row a beat. */
export interface AdderTreeConfig {
  readonly kind: 'adder-tree';
  /** Leaves of one tree: trits of one output taken per beat. */
  readonly inputs: number;
  /** Trees side by side: outputs served per beat. */
  readonly outputs: number;
  readonly dataflow: Dataflow;
  /** Width of an accumulator, bits, sign included. */
  readonly accumulatorBits: number;
  /** Pipeline depth, cycles: selection of +x, −x or 0; the whole tree; the accumulator's add. */
  readonly pipeline: { readonly select: number; readonly tree: number; readonly accumulate: number };
}

/** Lanes that step over zero trits: `outputs` columns of `lanes` lanes. The microarchitecture is in sim/array/zero-skip.ts. */
export interface ZeroSkipConfig {
  readonly kind: 'zero-skip';
  /** Lanes of one column: additions of one output a cycle. */
  readonly lanes: number;
  /** Columns side by side: outputs served at a time. */
  readonly outputs: number;
  /** Consecutive inputs that a lane is given in one beat. */
  readonly window: number;
  /** Beats that the array holds: how far a lane may run ahead of the slowest. */
  readonly queue: number;
  readonly skips: 'weights' | 'weights-and-activations';
  /** Width of a lane's sum and of an accumulator, bits, sign included. */
  readonly laneBits: number;
  readonly accumulatorBits: number;
  /** Pipeline depth behind the lanes, cycles. */
  readonly pipeline: { readonly tree: number; readonly accumulate: number };
}

/** Tables of partial sums, built for each row and fetched from by trits. The microarchitecture is in sim/array/lut.ts. */
export interface LutConfig {
  readonly kind: 'lut';
  /** Tables side by side: each is built from `groupSize` activations. */
  readonly groups: number;
  readonly groupSize: number;
  /** Outputs served a cycle: read ports of each table. */
  readonly outputs: number;
  /** Entries written a cycle into each table that is built. */
  readonly writes: number;
  /** `double`: the next tables are built while these are read. */
  readonly tables: 'single' | 'double';
  readonly accumulatorBits: number;
  readonly pipeline: { readonly fetch: number; readonly tree: number; readonly accumulate: number };
}

/** Trees of one-bit leaves that take activations bit by bit. The microarchitecture is in sim/array/bit-serial.ts. */
export interface BitSerialConfig {
  readonly kind: 'bit-serial';
  readonly inputs: number;
  readonly outputs: number;
  readonly dataflow: Dataflow;
  /** `significant`: a block of activations ends after the highest bit that one of them needs; `all`: after eight. */
  readonly bits: 'all' | 'significant';
  readonly accumulatorBits: number;
  readonly pipeline: { readonly select: number; readonly tree: number; readonly accumulate: number };
}

/** A systolic array of multiply-add cells, `rows` × `columns`, one product a cell and cycle. */
export interface SystolicConfig {
  /** `mac-int4`: INT4 weights times INT8 activations. */
  readonly kind: 'mac-fp16' | 'mac-int8' | 'mac-int4';
  readonly rows: number;
  readonly columns: number;
  readonly dataflow: SystolicDataflow;
  readonly accumulatorBits: number;
  /** `serial`: a fold begins when the one before has drained; `overlapped`: the next operands shift in behind running products. */
  readonly preload: 'serial' | 'overlapped';
}

export type ArrayConfig = AdderTreeConfig | ZeroSkipConfig | LutConfig | BitSerialConfig | SystolicConfig;

/** An on-chip SRAM: `banks` of equal size, each with one port of `portBits`. */
export interface BufferConfig {
  readonly capacityBytes: number;
  readonly banks: number;
  readonly portBits: number;
  /** `1rw`: a bank reads or writes in a cycle; `1r1w`: both. */
  readonly ports: '1rw' | '1r1w';
}

export type BufferName = 'weights' | 'activations' | 'accumulators' | 'operands';

export interface DramSystemConfig {
  /** Name of a device file in hw-configs/dram, or a path. */
  readonly device: string;
  readonly channels: number;
  /** Consecutive bytes on one channel before the next one; a multiple of the device's burst. */
  readonly interleaveBytes: number;
  /** Fields of an address within one channel from the most significant down: `row-rank-bankgroup-bank-column`. */
  readonly mapping: string;
  readonly controller: {
    readonly policy: string;
    readonly readQueue: number;
    readonly writeQueue: number;
    readonly page: 'open' | 'closed';
    /** Each in place of the named policy's (`sim/dram/policy.ts`). */
    readonly rowHitCap?: number | undefined;
    readonly writeHigh?: number | undefined;
    readonly writeLow?: number | undefined;
    readonly refreshStagger?: 'even' | 'none' | undefined;
  };
}

/** The DRAM of a machine: how its channels are run, and how many ranks each has. */
export interface MachineDram extends DramSystemConfig {
  /** Ranks on each channel, in place of the device file's number: each adds its capacity. */
  readonly ranks: number;
}

/** Operations that the vector unit knows. Each processes `lanes` elements a cycle, fully pipelined. */
export type VectorOp =
  'add' | 'multiply' | 'compare' | 'convert' | 'exponential' | 'reciprocal-root' | 'divide';

export interface Machine {
  readonly name: string;
  readonly description: string;
  /** SHA-256 of the canonical JSON of everything below but `sources`, hex. */
  readonly hash: string;
  /** Process node in nm and the price table that energy reads by default. */
  readonly technology: { readonly nodeNm: number; readonly prices: string };
  /** Clock of array, vector and float unit as a rational period: p/q picoseconds. */
  readonly clock: { readonly hz: number; readonly periodPs: readonly [p: number, q: number] };
  readonly array: ArrayConfig;
  readonly packing: { readonly dram: Packing; readonly sram: BufferPacking };
  readonly buffers: Readonly<Record<BufferName, BufferConfig>>;
  readonly dram: MachineDram;
  /** Cycles between a DMA command's start and its first request. */
  readonly dma: { readonly setupCycles: number };
  readonly vector: {
    readonly lanes: number;
    readonly precision: FloatPrecision;
    /** Latency of the pipeline, cycles, by elementary operation. */
    readonly latency: Readonly<Record<VectorOp, number>>;
  };
  /** Runs attention and the LM head: multiply-adds a cycle, pipeline latency in cycles. */
  readonly floatUnit: {
    readonly multiplyAdds: number;
    readonly precision: FloatPrecision;
    readonly latency: number;
  };
  readonly embedding: { readonly precision: FloatPrecision };
  /** Values between operations as the activation buffer holds them, and DRAM where they are spilled; never the array's operands. */
  readonly activations: { readonly format: FloatPrecision };
  readonly kvCache: { readonly precision: KvPrecision };
  readonly overlap: {
    /** `across`: weights of the next operation load while this one computes; `within`: only tiles of the same one. */
    readonly weightPrefetch: 'across' | 'within' | 'none';
  };
  readonly mapping: {
    /**
     * Rows that do not fit the activation buffer: `chunked` through the whole model, `spilled` to DRAM between stages of
     * it, or `auto`, whichever moves fewer DRAM bytes.
     */
    readonly activations: 'auto' | 'chunked' | 'spilled';
  };
  /** Where each parameter comes from: path in the file → sentence. */
  readonly sources: Readonly<Record<string, string>>;
}
