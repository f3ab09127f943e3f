/**
 * The assembled kernels with their memory: a scratch space into which operands are copied, block by block, so that it
 * stays small however large a matrix is, and the copy of a block is still in the cache when it is used.
 */
import { TritsimError } from '../../../errors/error.ts';
import { assembleModule } from './assembler.ts';
import { denseFunction } from './dense.ts';
import { expandFunction, pairFunction, ternaryFunction } from './ternary.ts';

/** The part of the WebAssembly JavaScript API that is used; the compiler's libraries don't declare it without a DOM. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Memory: new (pages: { initial: number }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const PAGE_BYTES = 65_536;

type Ternary = (codes: number, rowSize: number, rows: number, x: number, sum: number, out: number) => void;
type Expand = (codes: number, rowSize: number, rows: number, into: number) => void;
type Pair = (expanded: number, rows: number, x: number, xSize: number, sums: number, out: number) => void;
type Dense = (
  w: number,
  wStride: number,
  rows: number,
  cols: number,
  x: number,
  xStride: number,
  width: number,
  out: number,
  outStride: number,
) => void;

export interface WasmMachine {
  /** See `ternaryFunction`, `expandFunction` and `pairFunction`. */
  readonly ternary: Ternary;
  readonly expand: Expand;
  readonly pair: Pair;
  /** See `denseFunction`: eight rows and four i at a time; four rows and eight i. */
  readonly dense4: Dense;
  readonly dense8: Dense;
  /**
   * Makes room for regions of these sizes in bytes, each rounded up to 16, and returns their addresses. What the
   * regions of the last call held is lost; views made before are too.
   */
  allocate(...sizes: number[]): number[];
  floats(address: number, length: number): Float32Array;
  int32s(address: number, length: number): Int32Array;
  int16s(address: number, length: number): Int16Array;
  bytes(address: number, length: number): Uint8Array;
}

const moduleBytes = assembleModule([
  ternaryFunction('ternary'),
  expandFunction('expand'),
  pairFunction('pair'),
  denseFunction('dense4', 8, 1),
  denseFunction('dense8', 4, 2),
]);

/** Whether this JavaScript engine runs 128-bit WebAssembly. */
export function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(moduleBytes);
}

/** Compiles the kernels; ENGINE_NO_SIMD where `hasSimd` is false. */
export function createWasmMachine(): WasmMachine {
  if (!hasSimd()) {
    throw new TritsimError('ENGINE_NO_SIMD', 'this JavaScript engine has no 128-bit WebAssembly', {
      hint: 'The portable kernels give the same results.',
    });
  }
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes), { host: { memory } });
  return {
    ...(instance.exports as Pick<WasmMachine, 'ternary' | 'expand' | 'pair' | 'dense4' | 'dense8'>),
    allocate(...sizes) {
      let end = 0;
      const addresses = sizes.map((size) => {
        const address = end;
        end += Math.ceil(size / 16) * 16;
        return address;
      });
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return addresses;
    },
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    int32s: (address, length) => new Int32Array(memory.buffer, address, length),
    int16s: (address, length) => new Int16Array(memory.buffer, address, length),
    bytes: (address, length) => new Uint8Array(memory.buffer, address, length),
  };
}
