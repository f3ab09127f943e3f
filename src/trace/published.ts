/**
 * The shapes of published models as data: a YAML file a model (`hw-configs/models/`), each field with its source and
 * grade, and what is known of its zeros.
 *
 * Units: elements, tokens for `maxPositions`; zero fractions of all values.
 */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { TritsimError } from '../errors/error.ts';
import { projectionName, projectionSizes, projectionsOf, type ModelShape } from '../model/shape.ts';
import type { MatrixRecord, StatedFraction } from './manifest.ts';
import { modelShapeSchema, statedFractionSchema } from './schema.ts';
import { parseStrict } from './strict.ts';
import { parseZeroFractions } from './zero-fractions.ts';

/** One model: its shape, and for each projection of each layer what stands in for its values. */
export interface PublishedModel {
  readonly name: string;
  readonly shape: ModelShape;
  readonly matrices: Readonly<Record<string, MatrixRecord>>;
  readonly activationZeroFraction: StatedFraction | null;
}

const text = z.string().min(1);

const fileSchema = z.strictObject({
  schema: z.literal('tritsim.model/1'),
  name: text,
  shape: modelShapeSchema,
  sources: z.array(
    z.strictObject({ fields: z.array(text).min(1), grade: z.enum(['published', 'assumed']), source: text }),
  ),
  weightZeroFraction: z.union([
    statedFractionSchema,
    z.strictObject({ csv: text, basis: z.literal('measured'), source: text }),
  ]),
  activationZeroFraction: statedFractionSchema.nullable(),
});

/** Reads another file of the same folder by its name. */
export type SiblingReader = (name: string) => Promise<string>;

/**
 * @param yaml the file's text
 * @param place the file's name
 * @throws MODEL_SHAPE_YAML, MODEL_SHAPE_INVALID, MODEL_SHAPE_SOURCES, and what `parseZeroFractions` throws
 */
export async function parsePublishedModel(
  yaml: string,
  place: string,
  readSibling: SiblingReader,
): Promise<PublishedModel> {
  const document = parseDocument(yaml);
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    throw new TritsimError('MODEL_SHAPE_YAML', fault.message, { place, cause: fault });
  }
  const file = parseStrict(fileSchema, document.toJS(), 'MODEL_SHAPE_INVALID', place);
  checkSources(file.shape, file.sources, place);
  const { name, shape, weightZeroFraction: weights, activationZeroFraction } = file;
  const matrices = Object.fromEntries(
    'csv' in weights
      ? parseZeroFractions(await readSibling(weights.csv), shape, weights.source, `${place}: ${weights.csv}`)
      : matricesOf(shape, weights),
  );
  return { name, shape, matrices, activationZeroFraction };
}

/** Every field of the shape has exactly one source. */
function checkSources(
  shape: ModelShape,
  sources: readonly { readonly fields: readonly string[] }[],
  place: string,
): void {
  const listed = sources.flatMap(({ fields }) => fields).toSorted();
  const expected = Object.keys(shape).toSorted();
  const wrong =
    expected.find((field) => !listed.includes(field)) ??
    listed.find((field, i) => listed.indexOf(field) !== i || !expected.includes(field));
  if (wrong !== undefined) {
    throw new TritsimError('MODEL_SHAPE_SOURCES', `'${wrong}' must be listed exactly once`, {
      place: `${place}: sources`,
      allowed: expected,
    });
  }
}

function matricesOf(shape: ModelShape, zeroFraction: StatedFraction): [string, MatrixRecord][] {
  const sizes = projectionSizes(shape);
  return Array.from({ length: shape.layers }, (_, layer) =>
    projectionsOf(shape).map((projection): [string, MatrixRecord] => [
      projectionName(layer, projection),
      { ...sizes[projection], scale: null, zeroFraction, rowZeroFraction: null },
    ]),
  ).flat();
}
