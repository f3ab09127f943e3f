/**
 * Zeros counted in the matrices of a real checkpoint, from a CSV: a comment line with the source, a line of column
 * names, and a line for each matrix.
 */
import { TritsimError } from '../errors/error.ts';
import { projectionName, projectionSizes, projectionsOf, type ModelShape } from '../model/shape.ts';
import type { MatrixRecord } from './manifest.ts';

const COLUMNS =
  'layer,projection,out_features,in_features,zeros,plus_ones,minus_ones,row_zero_fraction_p05,' +
  'row_zero_fraction_p50,row_zero_fraction_p95,row_zero_fraction_min,row_zero_fraction_max';

/**
 * What a trace says of each matrix of `shape`, in the order of the layers, as measured.
 *
 * @param csv the file's text
 * @param source what to name as the origin of the counts
 * @throws ZERO_FRACTIONS_CSV where a column, a count or a matrix is not as it must be
 */
export function parseZeroFractions(
  csv: string,
  shape: ModelShape,
  source: string,
  place: string,
): [string, MatrixRecord][] {
  const [columns, ...lines] = csv.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (columns !== COLUMNS) throw wrong(place, 'must have the known columns', columns);
  const counted = new Map(lines.map((line) => parseLine(line, source, place)));
  const sizes = projectionSizes(shape);
  const wanted = Array.from({ length: shape.layers }, (_, layer) =>
    projectionsOf(shape).map((projection) => ({
      name: projectionName(layer, projection),
      ...sizes[projection],
    })),
  ).flat();
  if (counted.size !== wanted.length || lines.length !== wanted.length) {
    throw wrong(place, `must have ${wanted.length} matrices, each once`, `${lines.length}`);
  }
  return wanted.map(({ name, in: inputs, out }) => {
    const record = counted.get(name);
    if (record === undefined || record.in !== inputs || record.out !== out) {
      throw wrong(place, `must count '${name}' as [${out}, ${inputs}]`);
    }
    return [name, record];
  });
}

function parseLine(line: string, source: string, place: string): [string, MatrixRecord] {
  const [layer, projection, ...rest] = line.split(',');
  const numbers = rest.map(Number);
  const [out, inputs, zeros, plus, minus, p05, p50, p95] = numbers as [number, ...number[]];
  if (numbers.length !== 10 || numbers.some((n) => !(n >= 0))) throw wrong(place, 'has a bad line', line);
  if (zeros! + plus! + minus! !== out * inputs!) throw wrong(place, 'does not count every weight', line);
  return [
    `layers.${layer}.${projection}`,
    {
      in: inputs!,
      out,
      scale: null,
      zeroFraction: { value: zeros! / (out * inputs!), basis: 'measured', source },
      rowZeroFraction: [p05!, p50!, p95!],
    },
  ];
}

function wrong(place: string, message: string, found?: string): TritsimError {
  return new TritsimError('ZERO_FRACTIONS_CSV', message, found === undefined ? { place } : { place, found });
}
