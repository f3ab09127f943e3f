/**
 * Layer lists in SCALE-Sim's two CSV forms, as matrix products.
 *
 * - GEMM: `Layer, M, N, K,` with one product a row.
 * - Convolution: `Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,` and
 *   optionally `Batch Size`; im2col makes it M = output pixels (of the batch), N = filters, K = filter height × width ×
 *   channels. A layer with `DP` in its name is depth-wise there: one product a channel, each with K = height × width.
 *
 * The header decides which; column names are compared by their letters, since the files in circulation vary in case,
 * spaces and a byte-order mark, and the convolution's columns are known by their place (some headers name one twice).
 * A column `Sparsity` is read if it says `1:1`. Output pixels are ceil((in − filter + stride) ÷ stride), no padding.
 * Source: scalesim-project/SCALE-Sim, topologies/ and the loader's rules at commit 1d62b68.
 *
 * NOT MODELLED: N:M sparsity, which is refused.
 */
import { TritsimError } from '../errors/error.ts';

export interface TopologyLayer {
  readonly name: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** How many such products the layer is. */
  readonly times: number;
}

type Form = 'gemm' | 'convolution';
const COLUMNS: Readonly<Record<Form, number>> = { gemm: 4, convolution: 8 };
const NUMBERS = {
  gemm: ['M', 'N', 'K'],
  convolution: [
    'IFMAP height',
    'IFMAP width',
    'filter height',
    'filter width',
    'channels',
    'filters',
    'stride',
  ],
} as const;

/**
 * @param csv the file's text
 * @param place the file's name
 * @throws TOPOLOGY_HEADER, TOPOLOGY_ROW naming line and layer, TOPOLOGY_EMPTY
 */
export function parseTopology(csv: string, place: string): TopologyLayer[] {
  const [header = '', ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = header.split(',').map((name) => name.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const form = formOf(names, header, place);
  const extras = names.slice(COLUMNS[form]);
  const layers = lines.flatMap((line, i): TopologyLayer[] => {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.every((cell) => cell === '')) return [];
    const at = `${place}:${i + 2}: ${cells[0] === '' ? 'a layer without a name' : cells[0]}`;
    const batch = readExtras(cells.slice(COLUMNS[form]), extras, at);
    const numbers = cells.slice(1, COLUMNS[form]);
    return [
      layerOf(
        form,
        cells[0]!,
        NUMBERS[form].map((what, c) => whole(numbers[c], what, at)),
        batch,
        at,
      ),
    ];
  });
  if (layers.length === 0) throw new TritsimError('TOPOLOGY_EMPTY', 'lists no layer', { place });
  return layers;
}

function formOf(names: readonly string[], header: string, place: string): Form {
  if (names[1] === 'm' && names[2] === 'n' && names[3] === 'k') return 'gemm';
  if (names.slice(1, COLUMNS.convolution).some((name) => name.startsWith('filter'))) return 'convolution';
  throw new TritsimError('TOPOLOGY_HEADER', 'the first line does not name the columns of a layer list', {
    place: `${place}:1`,
    found: JSON.stringify(header.slice(0, 80)),
    allowed: [
      'Layer, M, N, K',
      'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides',
    ],
    hint: 'Columns are separated by commas.',
  });
}

/** Columns after the numbers: batch and sparsity where the header names them, else nothing. Returns the batch. */
function readExtras(cells: readonly string[], names: readonly string[], at: string): number {
  let batch = 1;
  cells.forEach((cell, i) => {
    const name = names[i] ?? '';
    if (name === 'batchsize') batch = whole(cell, 'batch size', at);
    else if (cell !== '' && !(name.startsWith('sparsity') && cell === '1:1')) {
      throw new TritsimError('TOPOLOGY_ROW', 'has a value that is not modelled', {
        place: at,
        found: `'${cell}' under '${name}'`,
        allowed: ['a batch size', 'sparsity 1:1', 'nothing'],
      });
    }
  });
  return batch;
}

function layerOf(
  form: Form,
  name: string,
  numbers: readonly number[],
  batch: number,
  at: string,
): TopologyLayer {
  if (form === 'gemm') {
    const [m, n, k] = numbers as [number, number, number];
    return { name, m: m * batch, n, k, times: 1 };
  }
  const [height, width, filterHeight, filterWidth, channels, filters, stride] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (filterHeight > height || filterWidth > width) {
    throw new TritsimError('TOPOLOGY_ROW', 'the filter is larger than its input', {
      place: at,
      found: `${filterHeight} × ${filterWidth} on ${height} × ${width}`,
    });
  }
  const outputs = (size: number, filter: number): number => Math.ceil((size - filter + stride) / stride);
  const depthwise = name.includes('DP');
  return {
    name,
    m: batch * outputs(height, filterHeight) * outputs(width, filterWidth),
    n: filters,
    k: filterHeight * filterWidth * (depthwise ? 1 : channels),
    times: depthwise ? channels : 1,
  };
}

function whole(cell: string | undefined, what: string, at: string): number {
  if (cell !== undefined && /^\d+$/.test(cell) && Number(cell) >= 1 && Number.isSafeInteger(Number(cell))) {
    return Number(cell);
  }
  throw new TritsimError('TOPOLOGY_ROW', `${what} must be a whole number from 1`, {
    place: at,
    found: cell === undefined ? 'no such column' : `'${cell}'`,
  });
}
