/** Are SCALE-Sim's layer lists read as the products they stand for, whatever their headers and commas look like? */
import { describe, expect, test } from 'vitest';
import { parseTopology } from '../../src/mapping/topology.ts';

const CONVOLUTION =
  'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';

describe('a GEMM list', () => {
  test.each([
    'Layer,M,N,K,',
    'Layer Name, M, N, K,',
    'L,M,N,K,',
    '\uFEFFLayer, m, n, k',
    'Layer Name, M, N, K, Sparsity,',
  ])('with the header "%s" gives M, N and K in that order', (header) => {
    expect(parseTopology(`${header}\nfirst, 4, 5, 6,\n\nsecond,7,8,9\n`, 'list.csv')).toEqual([
      { name: 'first', m: 4, n: 5, k: 6, times: 1 },
      { name: 'second', m: 7, n: 8, k: 9, times: 1 },
    ]);
  });

  test('may say that nothing is sparse, and nothing else', () => {
    expect(parseTopology('Layer, M, N, K, Sparsity,\na, 1, 2, 3, 1:1,', 'list.csv')).toHaveLength(1);
    expect(() => parseTopology('Layer, M, N, K, Sparsity,\na, 1, 2, 3, 1:4,', 'list.csv')).toThrow(
      /list\.csv:2: a: .*'1:4' under 'sparsity'/s,
    );
  });
});

describe('a convolution list', () => {
  test("unrolls AlexNet's first layers by im2col: 224 × 224 with 11 × 11 filters at stride 4 has 54 × 54 pixels", () => {
    const csv = `${CONVOLUTION}\nConv1,224,224,11,11,3,96,4,\nFC, 6, 6, 6, 6, 256, 4096, 1,\n`;
    expect(parseTopology(csv, 'alexnet.csv')).toEqual([
      { name: 'Conv1', m: 55 * 55, n: 96, k: 363, times: 1 },
      { name: 'FC', m: 1, n: 4096, k: 9216, times: 1 },
    ]);
  });

  test('rounds the last, partial stride up, as SCALE-Sim does', () => {
    expect(parseTopology(`${CONVOLUTION}\na,10,7,3,3,1,1,2,`, 'a.csv')[0]!.m).toBe(5 * 3);
  });

  test.each([
    'Layer, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,',
    'Layer name,Ifmap height,ifmap width,filter height,filter width,channels,num filters,strides,',
  ])('knows its columns by place under "%s"', (header) => {
    expect(parseTopology(`${header}\na, 4, 5, 2, 3, 6, 7, 1,`, 'a.csv')).toEqual([
      { name: 'a', m: 9, n: 7, k: 36, times: 1 },
    ]);
  });

  test('multiplies pixels by the batch, and runs a depth-wise layer channel by channel', () => {
    const csv = `${CONVOLUTION} Batch Size,\nConvDP1, 4, 4, 3, 3, 8, 1, 1, 2,`;
    expect(parseTopology(csv, 'a.csv')).toEqual([{ name: 'ConvDP1', m: 8, n: 1, k: 9, times: 8 }]);
  });
});

describe('a refused list', () => {
  test.each([
    [`${CONVOLUTION}\nbig,4,4,5,5,1,1,1,`, 'TOPOLOGY_ROW', /a\.csv:2: big: .*5 × 5 on 4 × 4/s],
    [
      `${CONVOLUTION}\nok,4,4,1,1,1,1,1,\nbad,4,four,1,1,1,1,1,`,
      'TOPOLOGY_ROW',
      /a\.csv:3: bad: IFMAP width .*'four'/s,
    ],
    ['Layer,M,N,K,\nshort,4,4', 'TOPOLOGY_ROW', /short: K .*no such column/s],
    ['Layer,M,N,K,\nnone,4,0,4,', 'TOPOLOGY_ROW', /none: N /s],
    ['Layer,M,N,K,\nlong,4,1,4,9,', 'TOPOLOGY_ROW', /long: .*'9'/s],
    ['Layer\tM\tN\tK\na\t1\t2\t3', 'TOPOLOGY_HEADER', /a\.csv:1: .*commas/s],
    ['a,1,2,3,\nb,1,2,3,', 'TOPOLOGY_HEADER', /a\.csv:1/s],
    ['Layer,M,N,K,\n,,,,\n', 'TOPOLOGY_EMPTY', /lists no layer/],
  ])('%j names code, line and layer', (csv, code, message) => {
    expect(() => parseTopology(csv, 'a.csv')).toThrow(expect.objectContaining({ code }));
    expect(() => parseTopology(csv, 'a.csv')).toThrow(message);
  });
});
