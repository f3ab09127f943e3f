// Question: do bytes turn into the numbers that were stored, whatever their alignment?
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/safetensors/json.ts';
import { bytesOf, toFloat32, typedView } from '../../src/safetensors/typed.ts';

describe('typedView', () => {
  it('shares memory where the bytes are aligned, and copies where they are not', () => {
    const numbers = Int32Array.of(1, -2);
    const aligned = bytesOf(numbers);
    expect(typedView(Int32Array, aligned).buffer).toBe(numbers.buffer);
    const shifted = new Uint8Array(9);
    shifted.set(aligned, 1);
    expect([...typedView(Int32Array, shifted.subarray(1))]).toEqual([1, -2]);
  });
});

describe('toFloat32', () => {
  it('reads F32, BF16, F16 and F64, into a given place where one is given', () => {
    const into = new Float32Array(2);
    expect(toFloat32(bytesOf(Float32Array.of(1.5, -2)), 'F32', 't', into)).toBe(into);
    expect([...into]).toEqual([1.5, -2]);
    expect([...toFloat32(bytesOf(Uint16Array.of(0x3fc0)), 'BF16', 't')]).toEqual([1.5]);
    expect([...toFloat32(bytesOf(Uint16Array.of(0x3e00)), 'F16', 't')]).toEqual([1.5]);
    expect([...toFloat32(bytesOf(Float64Array.of(0.1)), 'F64', 't')]).toEqual([Math.fround(0.1)]);
  });

  it('refuses integers by name', () => {
    expect(() => toFloat32(new Uint8Array(4), 'I32', "tensor 'x'")).toThrow("tensor 'x': must hold floats");
  });
});

describe('parseJson', () => {
  it('is JSON.parse for what repeats no key in one object', () => {
    const text = '{"a":[{"a":1},{"a":"a\\",\\"a"}],"b":{"a":null},"":[","],"\\u0063":{}}';
    expect(parseJson(text, 't')).toEqual(JSON.parse(text));
  });

  it.each(['{"a":1,"a":2}', '[{"x":{"a":[1,{}],"a":0}}]', '{"a":1,"b":[{},"a"],"\\u0061":2}'])(
    'refuses the key a twice in %s',
    (text) => {
      expect(() => parseJson(text, 'config.json')).toThrow("config.json: the key 'a' occurs twice");
    },
  );
});
