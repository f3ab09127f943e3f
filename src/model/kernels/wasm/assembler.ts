/**
 * A small assembler for WebAssembly: expressions are arrays of bytes that nest as the calls that build them do.
 *
 * Source: WebAssembly Core Specification 2.0, chapter 5 "Binary Format"; opcode names are the specification's.
 *
 * NOT MODELLED: everything that the kernels don't need: tables, globals, other control flow than loops, 64-bit
 * integers, more than one memory.
 */
export type Code = readonly number[];

/** Types of parameters and locals. */
const I32 = 0x7f;
const V128 = 0x7b;

/** Unsigned LEB128. */
function unsigned(n: number): number[] {
  const bytes: number[] = [];
  let left = n;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return [...bytes, left];
}

/** Signed LEB128 of a 32-bit integer. */
function signed(n: number): number[] {
  const bytes: number[] = [];
  let left = n;
  while (left < -0x40 || left > 0x3f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>= 7;
  }
  return [...bytes, left & 0x7f];
}

/** A SIMD instruction behind its operands; `immediates` follow the opcode. */
function simd(opcode: number, operands: readonly Code[], immediates: Code = []): Code {
  return [...operands.flat(), 0xfd, ...unsigned(opcode), ...immediates];
}

/** Offset and alignment of a memory access; no alignment is promised. */
function memoryArgument(offset: number): Code {
  return [0, ...unsigned(offset)];
}

export const i32 = {
  const: (n: number): Code => [0x41, ...signed(n)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  lessThan: (a: Code, b: Code): Code => [...a, ...b, 0x48],
};

export const v128 = {
  load: (address: Code, offset = 0): Code => simd(0x00, [address], memoryArgument(offset)),
  /** One 32-bit word in all four lanes. */
  load32Splat: (address: Code, offset = 0): Code => simd(0x09, [address], memoryArgument(offset)),
  store: (address: Code, value: Code, offset = 0): Code =>
    simd(0x0b, [address, value], memoryArgument(offset)),
  /** The 16 bytes, the lowest first. */
  const: (bytes: readonly number[]): Code => simd(0x0c, [], bytes),
  and: (a: Code, b: Code): Code => simd(0x4e, [a, b]),
};

export const i16x8 = {
  shiftRightUnsigned: (a: Code, by: number): Code => simd(0x8d, [a, i32.const(by)]),
};

export const i32x4 = {
  add: (a: Code, b: Code): Code => simd(0xae, [a, b]),
  sub: (a: Code, b: Code): Code => simd(0xb1, [a, b]),
  shiftRightSigned: (a: Code, by: number): Code => simd(0xac, [a, i32.const(by)]),
  /** Products of eight pairs of 16-bit lanes, neighbours added: four lanes. */
  dotI16x8: (a: Code, b: Code): Code => simd(0xba, [a, b]),
  /** Four lanes chosen from the eight of a (0 to 3) and b (4 to 7). */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code =>
    simd(
      0x0d,
      [a, b],
      lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
    ),
};

export const f32x4 = {
  add: (a: Code, b: Code): Code => simd(0xe4, [a, b]),
  mul: (a: Code, b: Code): Code => simd(0xe6, [a, b]),
};

/** A parameter or local variable. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

/** The locals of a function under construction. Declare all i32 before the first v128. */
export class Locals {
  readonly parameters: readonly Local[];
  #i32s = 0;
  #v128s = 0;

  /** @param parameters how many the function takes, each an i32 */
  constructor(parameters: number) {
    this.parameters = Array.from({ length: parameters }, (_, index) => local(index));
  }

  i32(): Local {
    return local(this.parameters.length + this.#i32s++);
  }

  v128s(count: number): Local[] {
    const first = this.parameters.length + this.#i32s + this.#v128s;
    this.#v128s += count;
    return Array.from({ length: count }, (_, i) => local(first + i));
  }

  /** The declaration that precedes a function's code. */
  get declaration(): Code {
    return [2, ...unsigned(this.#i32s), I32, ...unsigned(this.#v128s), V128];
  }
}

function local(index: number): Local {
  const get = [0x20, ...unsigned(index)];
  return { get, set: (value) => [...value, 0x21, ...unsigned(index)] };
}

export const zeroVector: Code = v128.const(Array.from({ length: 16 }, () => 0));

/** Runs the body once, and again as long as `again` is not zero after it. */
export function loop(body: readonly Code[], again: Code): Code {
  return [0x03, 0x40, ...body.flat(), ...again, 0x0d, 0, 0x0b];
}

/** `variable += by` */
export function advance(variable: Local, by: Code): Code {
  return variable.set(i32.add(variable.get, by));
}

export interface WasmFunction {
  readonly name: string;
  /** Its parameters are among them. It returns nothing. */
  readonly locals: Locals;
  readonly body: readonly Code[];
}

const MAGIC_AND_VERSION: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** Type, import, function, export and code: the numbers of the sections. */
const [TYPES, IMPORTS, FUNCTIONS, EXPORTS, CODE] = [1, 2, 3, 7, 10] as const;

/** A module of these functions, exported, over one imported memory `host.memory`. */
export function assembleModule(functions: readonly WasmFunction[]): Uint8Array {
  const memory = [...text('host'), ...text('memory'), 0x02, 0x00, 1];
  const sections = [
    MAGIC_AND_VERSION,
    section(
      TYPES,
      functions.map(({ locals }) => [0x60, ...list(locals.parameters.map(() => [I32])), 0]),
    ),
    section(IMPORTS, [memory]),
    section(
      FUNCTIONS,
      functions.map((_, index) => unsigned(index)),
    ),
    section(
      EXPORTS,
      functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    section(
      CODE,
      functions.map(({ locals, body }) => sized([...locals.declaration, ...body.flat(), 0x0b])),
    ),
  ];
  return Uint8Array.from(sections.flat());
}

function section(id: number, items: readonly Code[]): Code {
  return [id, ...sized(list(items))];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function text(name: string): Code {
  return sized([...new TextEncoder().encode(name)]);
}
