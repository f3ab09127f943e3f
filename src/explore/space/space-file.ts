/** From the text of a space file to a space. Pure: the text and the base machine were read elsewhere. */
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import { placeIn } from '../../energy/table-file.ts';
import { parseYaml, type YamlFile } from '../../hardware/document.ts';
import { errorsOf } from '../../hardware/issues.ts';
import { namesIn, parseExpression } from '../expression/parser.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '../metrics.ts';
import { axisOf } from './axis.ts';
import type { Constraint, Sampling, Space, SpaceFidelity } from './space.ts';
import { SPACE_SCHEMA, spaceForm, spaceKeysAt, type SpaceForm } from './space-schema.ts';

/**
 * Reads a space; that its paths are the machine's is checked where the machine is known (`machines.ts`).
 * @param file what errors call it
 * @throws SPACE_YAML, SPACE_KEY_DUPLICATE, SPACE_SCHEMA, SPACE_KEY_UNKNOWN, SPACE_KEY_MISSING, SPACE_VALUE, SPACE_AXIS,
 *   SPACE_STRATEGY, SPACE_OBJECTIVE, SPACE_WORKLOAD, EXPRESSION_SYNTAX, UNIT_…
 */
export function parseSpace(text: string, file: string): Space {
  const yaml = parseYaml(text, file, 'SPACE');
  const placeOf = (path: string): string => placeIn(yaml, path);
  requireSchema(yaml, placeOf);
  const parsed = spaceForm.safeParse(yaml.data);
  if (!parsed.success) {
    const context = { area: 'SPACE', data: yaml.data, placeOf, keysAt: spaceKeysAt };
    throw errorsOf(parsed.error.issues, context)[0]!;
  }
  const form = parsed.data;
  const workloads = Object.entries(form.workloads).map(([name, workload]) => ({ name, ...workload }));
  for (const { name, phase, context, tokens } of workloads) {
    if (phase === 'decode') continue;
    const key = tokens !== undefined ? 'tokens' : context === 0 ? 'context' : undefined;
    if (key === undefined) continue;
    throw new TritsimError(
      'SPACE_WORKLOAD',
      'a prefill has a prompt of one token or more and decodes nothing',
      {
        place: placeOf(`workloads.${name}.${key}`),
        hint: 'The length of the prompt is context.',
      },
    );
  }
  checkObjectives(form, placeOf);
  return {
    name: form.name,
    description: form.description,
    machine: form.machine,
    axes: Object.entries(form.axes).map(([name, axis]) =>
      axisOf(name, axis, (key) => placeOf(key === '' ? `axes.${name}` : `axes.${name}.${key}`), constraintOf),
    ),
    constraints: form.constraints.map((source, i) => constraintOf(source, placeOf(`constraints.${i}`))),
    workloads,
    objectives: form.objectives,
    sampling: samplingOf(form.strategy, placeOf),
    fidelity: fidelityOf(form.strategy, placeOf),
  };
}

function requireSchema({ data }: YamlFile, placeOf: (path: string) => string): void {
  const found = data['schema'];
  if (found === SPACE_SCHEMA) return;
  throw new TritsimError('SPACE_SCHEMA', 'this is not a space file of a known version', {
    place: placeOf('schema'),
    found: found === undefined ? 'no schema key' : JSON.stringify(found),
    allowed: [SPACE_SCHEMA],
  });
}

function checkObjectives({ objectives, workloads }: SpaceForm, placeOf: (path: string) => string): void {
  const phases = new Set(Object.values(workloads).map(({ phase }) => phase));
  objectives.forEach((name, i) => {
    const place = placeOf(`objectives.${i}`);
    if (objectives.indexOf(name) < i)
      throw new TritsimError('SPACE_OBJECTIVE', 'the objective stands twice', { place, found: name });
    const { needs } = METRICS[name];
    if (needs === 'nothing' || phases.has(needs)) return;
    throw new TritsimError('SPACE_OBJECTIVE', `${name} needs a workload of phase ${needs}`, { place });
  });
}

function constraintOf(text: string, place: string): Constraint {
  const expression = parseExpression(text, place);
  const judgedLater = namesIn(expression).some(({ name }) => METRIC_NAMES.includes(name as MetricName));
  return { text, expression, place, judgedLater };
}

type Strategy = SpaceForm['strategy'];

function samplingOf({ sample, points, seed }: Strategy, placeOf: (path: string) => string): Sampling {
  const wanted = sample !== 'exhaustive';
  requireIff(wanted, points, 'points', sample, placeOf);
  requireIff(wanted, seed, 'seed', sample, placeOf);
  return sample === 'exhaustive' ? { kind: sample } : { kind: sample, points: points!, seed: seed! };
}

function fidelityOf({ fidelity, margin }: Strategy, placeOf: (path: string) => string): SpaceFidelity {
  requireIff(fidelity === 'successive', margin, 'margin', fidelity, placeOf);
  return fidelity === 'successive' ? { kind: fidelity, margin: margin! } : { kind: fidelity };
}

function requireIff(
  wanted: boolean,
  value: number | undefined,
  key: string,
  by: string,
  placeOf: (path: string) => string,
): void {
  if (wanted === (value !== undefined)) return;
  const sentence = wanted ? `${by} needs ${key}` : `${by} has no ${key}`;
  throw new TritsimError('SPACE_STRATEGY', sentence, {
    place: placeOf(wanted ? 'strategy' : `strategy.${key}`),
  });
}

/** Refuses names in constraints that are neither metrics nor paths. @throws SPACE_NAME with the column and the nearest name */
export function checkNames(constraints: readonly Constraint[], paths: Iterable<string>): void {
  const known = [...METRIC_NAMES, ...paths];
  const valid = new Set<string>(known);
  for (const { expression, place } of constraints) {
    for (const { name, column } of namesIn(expression)) {
      if (valid.has(name)) continue;
      const hint = didYouMean(name, known);
      throw new TritsimError('SPACE_NAME', 'neither a path of the machine nor a metric', {
        place: `${place}, column ${column}`,
        found: `'${name}'`,
        ...(hint !== undefined && { hint }),
      });
    }
  }
}
