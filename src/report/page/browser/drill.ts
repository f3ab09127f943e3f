/** The energy drill-down: where one is, the icicle, a table of what lies below on every machine, and the price of a leaf. */
import { formatEnergy, formatPercent, formatRatio, formatSignificant } from '../../../units/format.ts';
import { PHASE_LABELS } from '../../components.ts';
import { announce, byId, make } from './dom.ts';
import { along, type EnergyNode, energyTree, nodeAt } from './energy-tree.ts';
import { Icicle } from './icicle.ts';
import type { State } from './state.ts';

const NONE = '–';
const COUNT_DIGITS = 6;

const BASES: Readonly<Record<string, string>> = {
  counted: 'counted in this part',
  action: "the phase's count, divided by the count of the action that toggles",
  bytes: "the phase's count, divided by bytes moved between DRAM and chip",
  time: "the phase's count, divided by the time attributed to the part",
};

/** Fills the section and keeps it in step with the choice. */
export function startDrill(state: State): void {
  const open = (path: readonly string[]): void => {
    state.choose({ path });
    announce(spoken(state));
  };
  const icicle = new Icicle(byId('icicle'), open);
  state.watch(() => {
    const trees = state.data.machines.map(({ phases }) => {
      const phase = phases[state.phase];
      return phase && energyTree(phase, state.data.texts);
    });
    const own = trees[state.machine];
    const host = byId('drill');
    host.hidden = own === undefined;
    if (own === undefined) return;
    const chain = along(own, state.path);
    const path = chain.slice(1).map(({ name }) => name);
    showTrail(chain, path, open);
    icicle.show(own, path);
    showTable(state, chain.at(-1)!, path, trees, open);
    showLeaf(chain.at(-1)!);
  });
}

function spoken(state: State): string {
  const phase = state.shownPhase;
  if (phase === undefined) return '';
  const chain = along(energyTree(phase, state.data.texts), state.path);
  const node = chain.at(-1)!;
  const share = chain[0]!.energy_J === 0 ? 0 : node.energy_J / chain[0]!.energy_J;
  const below =
    node.children.length === 0 ? 'its price stands below the table' : `${node.children.length} below`;
  return `${node.label}: ${formatEnergy(node.energy_J)} per token, ${formatPercent(share)} of it; ${below}`;
}

function showTrail(
  chain: readonly EnergyNode[],
  path: readonly string[],
  open: (path: readonly string[]) => void,
): void {
  const items = chain.map((node, i) => {
    if (i === chain.length - 1) return make('li', {}, make('span', { 'aria-current': 'true' }, node.label));
    const button = make('button', { type: 'button' }, node.label);
    button.addEventListener('click', () => open(path.slice(0, i)));
    return make('li', {}, button);
  });
  byId('trail').replaceChildren(...items);
}

function showTable(
  state: State,
  node: EnergyNode,
  path: readonly string[],
  trees: readonly (EnergyNode | undefined)[],
  open: (path: readonly string[]) => void,
): void {
  const { machines } = state.data;
  const whole = trees[state.machine]!.energy_J;
  const others = machines.map((_, i) => i).filter((i) => i !== state.machine && trees[i] !== undefined);
  const head = make('tr', {}, make('th', { scope: 'col', class: 'text' }, headOf(node)));
  for (const text of [state.shown.label, 'of the token', ...others.map((i) => machines[i]!.label)]) {
    head.append(make('th', { scope: 'col' }, text));
  }
  const body = make('tbody');
  const rows: readonly (readonly [EnergyNode, readonly string[]])[] = [
    ...allChildren(node, path, trees).map((child) => [child, [...path, child.name]] as const),
    [node, path],
  ];
  for (const [item, own] of rows) {
    const sum = item === node;
    const name = make('th', { scope: 'row', class: 'text' });
    if (sum) name.append(node.children.length === 0 ? node.label : `all of ${node.label}`);
    else {
      const button = make('button', { type: 'button', class: 'open' }, item.label);
      button.addEventListener('click', () => open(own));
      name.append(button);
    }
    const mine = nodeAt(trees[state.machine]!, own)?.energy_J;
    const row = make('tr', { class: sum ? 'sum' : undefined }, name);
    row.append(make('td', {}, mine === undefined ? NONE : formatEnergy(mine)));
    row.append(make('td', {}, mine === undefined || whole === 0 ? NONE : formatPercent(mine / whole)));
    for (const i of others) {
      const theirs = nodeAt(trees[i]!, own)?.energy_J;
      const ratio =
        theirs !== undefined && mine !== undefined && mine > 0 ? ` (${formatRatio(theirs / mine)})` : '';
      row.append(make('td', {}, theirs === undefined ? NONE : `${formatEnergy(theirs)}${ratio}`));
    }
    body.append(row);
  }
  const where = path.length === 0 ? 'Energy per token' : `Energy per token, ${node.label}`;
  const caption = make('caption', {}, `${where}; ${PHASE_LABELS[state.phase].toLowerCase()}`);
  byId('drill-table').replaceChildren(caption, make('thead', {}, head), body);
}

/** What lies below a node on any machine, those of the machine looked at first. */
function allChildren(
  node: EnergyNode,
  path: readonly string[],
  trees: readonly (EnergyNode | undefined)[],
): readonly EnergyNode[] {
  const found = new Map(node.children.map((child) => [child.name, child]));
  for (const tree of trees) {
    for (const child of (tree && nodeAt(tree, path)?.children) ?? []) {
      if (!found.has(child.name)) found.set(child.name, child);
    }
  }
  return [...found.values()];
}

function headOf(node: EnergyNode): string {
  return node.children[0]?.level ?? node.level;
}

function showLeaf({ leaf, label, energy_J: energy }: EnergyNode): void {
  const host = byId('leaf');
  host.hidden = leaf === undefined;
  host.replaceChildren();
  if (leaf === undefined) return;
  const count = Number.isInteger(leaf.count)
    ? String(leaf.count).replace(/\B(?=(?:\d{3})+$)/g, ',')
    : formatSignificant(leaf.count, COUNT_DIGITS);
  const entries: readonly (readonly [string, string])[] = [
    [
      'Count in the phase',
      `${count} (${leaf.unit})${leaf.basis === undefined ? '' : `, ${BASES[leaf.basis] ?? leaf.basis}`}`,
    ],
    ['Price of one', `${formatSignificant(leaf.price_pJ, COUNT_DIGITS)} pJ`],
    ['Energy per token', formatEnergy(energy)],
    ['Grade', leaf.grade],
    ['Row of the price table', leaf.price],
    ['Derivation', leaf.derivation],
    ['Source', leaf.source],
  ];
  const list = make('dl');
  for (const [term, text] of entries) list.append(make('dt', {}, term), make('dd', {}, text));
  host.append(make('h3', {}, label), list);
}
