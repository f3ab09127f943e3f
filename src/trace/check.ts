/**
 * Whether a trace is consistent: its operations name each other rightly, its matrices belong to its projections, its
 * phases have the rows they claim, and the file holds exactly the tensors that follow from all that.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import type { TensorDeclaration } from '../safetensors/writer.ts';
import { bitLinearsOf, phasesOf, rowsOf, tensorsOf } from './layout.ts';
import type { TraceManifest } from './manifest.ts';

/**
 * @param place the file's name
 * @throws TRACE_OPERATIONS, TRACE_MATRICES, TRACE_PHASES, TRACE_VALUES
 */
export function checkManifest(manifest: TraceManifest, place: string): void {
  checkOperations(manifest, place);
  checkMatrices(manifest, place);
  checkPhases(manifest, place);
  const recorded = manifest.origin === 'recorded';
  if (recorded !== (manifest.model.checkpoint !== null)) {
    throw new TritsimError('TRACE_VALUES', 'a checkpoint is named exactly where values were recorded', {
      place: `${place}: model.checkpoint`,
      found: `${manifest.origin}, ${manifest.model.checkpoint}`,
    });
  }
  if (recorded && manifest.activationZeroFraction !== null) {
    throw new TritsimError('TRACE_VALUES', 'is stated although the activations were recorded', {
      place: `${place}: activationZeroFraction`,
    });
  }
}

/**
 * @param tensors what the file's header declares
 * @throws TRACE_TENSORS for one that is missing, of another type or shape, or too many
 */
export function checkTensors(
  manifest: TraceManifest,
  tensors: readonly TensorDeclaration[],
  place: string,
): void {
  const present = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const expected of tensorsOf(manifest)) {
    const tensor = present.get(expected.name);
    if (tensor === undefined) {
      throw new TritsimError('TRACE_TENSORS', `the tensor '${expected.name}' is missing`, { place });
    }
    if (describe(tensor) !== describe(expected)) {
      throw new TritsimError('TRACE_TENSORS', `must be ${describe(expected)}`, {
        place: `${place}: tensor '${expected.name}'`,
        found: describe(tensor),
      });
    }
    present.delete(expected.name);
  }
  const [extra] = present.keys();
  if (extra !== undefined) {
    throw new TritsimError('TRACE_TENSORS', `the tensor '${extra}' belongs to nothing in the manifest`, {
      place,
    });
  }
}

function describe({ dtype, shape }: TensorDeclaration): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function checkOperations({ operations }: TraceManifest, place: string): void {
  const seen = new Set<string>();
  for (const { name, after } of operations) {
    if (seen.has(name)) {
      throw new TritsimError('TRACE_OPERATIONS', `'${name}' occurs twice`, { place: `${place}: operations` });
    }
    for (const needed of after) {
      if (seen.has(needed)) continue;
      const hint = didYouMean(needed, seen);
      throw new TritsimError('TRACE_OPERATIONS', `comes after '${needed}', which does not precede it`, {
        place: `${place}: operation '${name}'`,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    seen.add(name);
  }
}

function checkMatrices(manifest: TraceManifest, place: string): void {
  const left = new Set(Object.keys(manifest.matrices));
  const recorded = manifest.origin === 'recorded';
  for (const { name, in: inputs, out } of bitLinearsOf(manifest)) {
    const matrix = manifest.matrices[name];
    if (matrix === undefined || matrix.in !== inputs || matrix.out !== out) {
      throw new TritsimError('TRACE_MATRICES', `must be there as [${out}, ${inputs}]`, {
        place: `${place}: matrix '${name}'`,
        found: matrix === undefined ? 'nothing' : `[${matrix.out}, ${matrix.in}]`,
      });
    }
    if (recorded !== (matrix.scale !== null)) {
      throw new TritsimError('TRACE_VALUES', 'a scale is given exactly where values were recorded', {
        place: `${place}: matrix '${name}'`,
        found: `${manifest.origin}, scale ${matrix.scale}`,
      });
    }
    left.delete(name);
  }
  const [extra] = left;
  if (extra !== undefined) {
    throw new TritsimError('TRACE_MATRICES', 'belongs to no operation', {
      place: `${place}: matrix '${extra}'`,
    });
  }
}

function checkPhases(manifest: TraceManifest, place: string): void {
  const phases = phasesOf(manifest);
  if (phases.length === 0) {
    throw new TritsimError('TRACE_PHASES', 'there must be a prefill or a decode phase', { place });
  }
  for (const [phase, record] of phases) {
    const ids = manifest.origin === 'recorded' ? rowsOf(record) : 0;
    if (record.ids.length !== ids) {
      throw new TritsimError('TRACE_PHASES', `must list ${ids} token ids`, {
        place: `${place}: phases.${phase}.ids`,
        found: `${record.ids.length}`,
      });
    }
    if (phase === 'decode' ? record.tokensPerStep !== 1 : record.steps !== 1) {
      throw new TritsimError(
        'TRACE_PHASES',
        phase === 'decode' ? 'decodes one token a step' : 'has one step',
        { place: `${place}: phases.${phase}`, found: `${record.steps} × ${record.tokensPerStep}` },
      );
    }
  }
}
