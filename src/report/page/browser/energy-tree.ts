/**
 * The energy of a token as a tree: token, part of the model, component, action. Joules per token row of the phase. Where a run was not
 * counted by part, the components stand below the token.
 */
import type { ComponentName } from '../../../analysis/run.ts';
import { COMPONENT_LABELS, COMPONENT_ORDER } from '../../components.ts';
import type { LineColumns, PagePhase } from '../page-data.ts';

const JOULES_PER_PICOJOULE = 1e-12;

/** A leaf's count and the price that it is multiplied by. */
export interface Leaf {
  /** Of the whole phase, in this part. */
  readonly count: number;
  readonly unit: string;
  readonly price_pJ: number;
  /** How the line's count was divided over the parts; undefined where it was not. */
  readonly basis: string | undefined;
  readonly grade: string;
  readonly price: string;
  readonly derivation: string;
  readonly source: string;
}

export interface EnergyNode {
  /** Name in the path. */
  readonly name: string;
  readonly label: string;
  readonly level: 'token' | 'part' | 'component' | 'action';
  readonly component?: ComponentName;
  readonly energy_J: number;
  readonly children: readonly EnergyNode[];
  readonly leaf?: Leaf;
}

/** The tree of a phase; `texts` are those of the page's data. */
export function energyTree(phase: PagePhase, texts: readonly string[]): EnergyNode {
  const { lines, parts, tokens } = phase;
  const below =
    parts === undefined
      ? componentsOf(lines, (i) => [lines[i]![2], undefined], texts, tokens)
      : parts.names.map((index, p): EnergyNode => {
          const share = (i: number) => [parts.actions[i]![1][p]!, texts[parts.actions[i]![0]]!] as const;
          const name = texts[index]!;
          return inner(name, partLabel(name), 'part', componentsOf(lines, share, texts, tokens));
        });
  return inner('token', 'one token', 'token', below);
}

type Share = (line: number) => readonly [count: number, basis: string | undefined];

function componentsOf(
  lines: readonly LineColumns[],
  share: Share,
  texts: readonly string[],
  tokens: number,
): EnergyNode[] {
  return COMPONENT_ORDER.flatMap((component) => {
    const actions = lines.flatMap((line, i): EnergyNode[] => {
      const [count, basis] = share(i);
      if (texts[line[0]] !== component || count === 0) return [];
      return [leafOf(line, count, basis, component, texts, tokens)];
    });
    if (actions.length === 0) return [];
    actions.sort((a, b) => b.energy_J - a.energy_J);
    return [{ ...inner(component, COMPONENT_LABELS[component], 'component', actions), component }];
  });
}

function leafOf(
  [, action, , unit, price_pJ, , grade, price, derivation, source]: LineColumns,
  count: number,
  basis: string | undefined,
  component: ComponentName,
  texts: readonly string[],
  tokens: number,
): EnergyNode {
  const text = (index: number): string => texts[index]!;
  return {
    name: text(action),
    label: text(action),
    level: 'action',
    component,
    energy_J: (count * price_pJ * JOULES_PER_PICOJOULE) / tokens,
    children: [],
    leaf: {
      count,
      unit: text(unit),
      price_pJ,
      basis,
      grade: text(grade),
      price: text(price),
      derivation: text(derivation),
      source: text(source),
    },
  };
}

function inner(
  name: string,
  label: string,
  level: EnergyNode['level'],
  children: readonly EnergyNode[],
): EnergyNode {
  return { name, label, level, children, energy_J: children.reduce((sum, child) => sum + child.energy_J, 0) };
}

/** `layer 3` of `layers.3`. */
function partLabel(name: string): string {
  return name.replace(/^layers\./, 'layer ').replaceAll('_', ' ');
}

/** The nodes along a path from the root, as far as the tree has them. */
export function along(root: EnergyNode, path: readonly string[]): readonly EnergyNode[] {
  const nodes = [root];
  for (const name of path) {
    const next = nodes.at(-1)!.children.find((child) => child.name === name);
    if (next === undefined) break;
    nodes.push(next);
  }
  return nodes;
}

/** The node at the end of a path, or undefined where the tree has no such. */
export function nodeAt(root: EnergyNode, path: readonly string[]): EnergyNode | undefined {
  const nodes = along(root, path);
  return nodes.length === path.length + 1 ? nodes.at(-1) : undefined;
}
