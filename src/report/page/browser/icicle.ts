/**
 * The energy tree as an icicle: a row a level, widths are energies. A tree to keyboard and screen reader: arrows walk it, Enter
 * opens a node, Escape goes up.
 */
import { formatEnergy, formatPercent } from '../../../units/format.ts';
import { make } from './dom.ts';
import { along, type EnergyNode } from './energy-tree.ts';

/** Narrower nodes are not drawn, percent of the width; the table has them. */
const NARROWEST = 0.2;

interface Item {
  readonly element: HTMLElement;
  readonly path: readonly string[];
}

export class Icicle {
  readonly #host: HTMLElement;
  readonly #open: (path: readonly string[]) => void;
  #items: Item[] = [];

  /** @param open called with the path of the node that the reader opens */
  constructor(host: HTMLElement, open: (path: readonly string[]) => void) {
    this.#host = host;
    this.#open = open;
    host.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Draws the tree with the node at `path` as wide as the page; keeps the focus where it is in here. */
  show(root: EnergyNode, path: readonly string[]): void {
    const focused = this.#items.find(({ element }) => element === document.activeElement);
    const chain = along(root, path);
    const rows = depthOf(root) + 1;
    this.#items = [];
    this.#host.replaceChildren();
    this.#host.style.setProperty('--rows', String(rows));
    chain.forEach((node, level) => {
      const names = chain.slice(1, level + 1).map(({ name }) => name);
      this.#add(node, root, names, level, [0, 100], [1, 1], level === chain.length - 1);
    });
    const current = chain.at(-1)!;
    this.#children(current, root, chain.slice(1).map(({ name }) => name), chain.length, [0, 100]); // prettier-ignore
    this.#rove(chain.length - 1);
    if (focused === undefined) return;
    const same = this.#items.findIndex((item) => item.path.join('/') === focused.path.join('/'));
    this.#focus(same < 0 ? chain.length - 1 : same);
  }

  #children(
    node: EnergyNode,
    root: EnergyNode,
    path: readonly string[],
    level: number,
    [left, width]: readonly [number, number],
  ): void {
    let at = left;
    for (const [i, child] of node.children.entries()) {
      const own = node.energy_J === 0 ? 0 : (child.energy_J / node.energy_J) * width;
      if (own >= NARROWEST) {
        const below = [...path, child.name];
        this.#add(child, root, below, level, [at, own], [i + 1, node.children.length], false);
        this.#children(child, root, below, level + 1, [at, own]);
      }
      at += own;
    }
  }

  #add(
    node: EnergyNode,
    root: EnergyNode,
    path: readonly string[],
    level: number,
    [left, width]: readonly [number, number],
    [position, size]: readonly [number, number],
    selected: boolean,
  ): void {
    const share = root.energy_J === 0 ? 0 : node.energy_J / root.energy_J;
    const text = `${node.label}: ${formatEnergy(node.energy_J)} per token, ${formatPercent(share)}`;
    const element = make(
      'div',
      {
        role: 'treeitem',
        class: `block ${node.component === undefined ? node.level : `c-${node.component}`}`,
        title: text,
        tabindex: -1,
        'aria-label': text,
        'aria-level': level + 1,
        'aria-posinset': position,
        'aria-setsize': size,
        'aria-selected': String(selected),
        ...(node.children.length > 0 && { 'aria-expanded': String(true) }),
      },
      make('span', { 'aria-hidden': 'true' }, node.label),
    );
    element.style.left = `${left}%`;
    element.style.width = `${width}%`;
    element.style.top = `calc(${level} * var(--row))`;
    element.addEventListener('click', () => this.#open(selected ? path.slice(0, -1) : path));
    this.#items.push({ element, path });
    this.#host.append(element);
  }

  /** The one item that Tab reaches. */
  #rove(index: number): void {
    this.#items.forEach(({ element }, i) => element.setAttribute('tabindex', i === index ? '0' : '-1'));
  }

  #focus(index: number): void {
    this.#rove(index);
    this.#items[index]!.element.focus();
  }

  #key(event: KeyboardEvent): void {
    const index = this.#items.findIndex(({ element }) => element === document.activeElement);
    const item = this.#items[index];
    if (item === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const { path } = item;
    if (event.key === 'Enter' || event.key === ' ') this.#open(path);
    else if (event.key === 'Escape' || event.key === 'Backspace') this.#open(path.slice(0, -1));
    else {
      const target = this.#neighbour(event.key, path);
      if (target === undefined) return;
      this.#focus(this.#items.indexOf(target));
    }
    event.preventDefault();
  }

  #neighbour(key: string, path: readonly string[]): Item | undefined {
    const level = this.#items.filter((item) => item.path.length === path.length);
    const here = level.findIndex((item) => item.path.join('/') === path.join('/'));
    const key0 = `${path.join('/')}/`;
    switch (key) {
      case 'ArrowRight':
        return level[here + 1];
      case 'ArrowLeft':
        return level[here - 1];
      case 'Home':
        return level[0];
      case 'End':
        return level.at(-1);
      case 'ArrowUp':
        return this.#items.find((item) => item.path.join('/') === path.slice(0, -1).join('/') && path.length > 0); // prettier-ignore
      case 'ArrowDown':
        return this.#items.find(
          (item) =>
            item.path.length === path.length + 1 &&
            (path.length === 0 || item.path.join('/').startsWith(key0)),
        );
      default:
        return undefined;
    }
  }
}

function depthOf(node: EnergyNode): number {
  return node.children.length === 0 ? 0 : 1 + Math.max(...node.children.map(depthOf));
}
