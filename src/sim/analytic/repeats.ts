/**
 * Which pieces of a step come again and again: the layers of a model differ by their names only. A piece is an operation,
 * or a stage where a step has several. Found from the list itself, by comparing each piece with those a period before it.
 */
import type { PlannedStep, Stage } from '../../mapping/planned-step.ts';
import type { Graph } from '../../mapping/tensors.ts';

/** Pieces `first` … `first + length − 1`, then `count − 1` times the same behind them. */
export interface Repeats {
  readonly first: number;
  readonly length: number;
  readonly count: number;
}

const NONE: Repeats = { first: 0, length: 0, count: 0 };

/** By list of operations: it is the same for every machine. */
const ofOperations = new WeakMap<Graph['operations'], { forms: string[]; repeats: Repeats }>();

/** The operations of a step that repeat: layers. */
export function repeatedOperations(graph: Graph): Repeats {
  return known(graph).repeats;
}

/** The stages of a step that repeat: those of layers that were cut alike. */
export function repeatedStages(graph: Graph, { stages }: PlannedStep): Repeats {
  const { forms } = known(graph);
  const form = ({ span, rows, slots, order }: Stage): string =>
    [rows, slots, order, ...forms.slice(span.from, span.to)].join();
  return longestRepeats(stages.map(form));
}

function known(graph: Graph): { forms: string[]; repeats: Repeats } {
  const { operations, tiles } = graph;
  // Tiles that are asked for may differ from layer to layer.
  if (tiles.size > 0) return inspect(graph);
  const found = ofOperations.get(operations) ?? inspect(graph);
  ofOperations.set(operations, found);
  return found;
}

function inspect({ operations, tiles }: Graph): { forms: string[]; repeats: Repeats } {
  const index = new Map(operations.map(({ name }, i) => [name, i]));
  const forms = operations.map((operation, i) => {
    const { name, layer, after, ...shape } = operation;
    const producers = after.map((producer) => i - index.get(producer)!);
    return JSON.stringify([shape, layer === null, producers, tiles.get(name)]);
  });
  return { forms, repeats: longestRepeats(forms) };
}

/** Of all periods the one whose repetitions cover most of the list; the shortest of equals. */
function longestRepeats(forms: readonly string[]): Repeats {
  let best = NONE;
  for (let length = 1; length <= forms.length / 2; length++) {
    let alike = 0;
    for (let i = length; i <= forms.length; i++) {
      if (i < forms.length && forms[i] === forms[i - length]) {
        alike++;
        continue;
      }
      const count = 1 + Math.floor(alike / length);
      if (count > 1 && count * length > best.count * best.length) {
        best = { first: i - alike - length, length, count };
      }
      alike = 0;
    }
  }
  return best;
}
