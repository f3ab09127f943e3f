/** The chosen machine as a place in the page: `#point-17` leads to it, from the tables and from outside. */
import { announce, byId } from '../../page/browser/dom.ts';
import type { Explorer, Shown } from './explorer.ts';

/** Chooses a machine and keeps the address in step, without moving the page. */
export function choosePoint(explorer: Explorer, shown: Shown): void {
  history.replaceState(null, '', `#point-${shown.position}`);
  explorer.choose(shown);
  announce(`Point ${shown.position} is chosen`);
}

/** Follows links to machines; begins with the one in the address, or the knee, or the first. */
export function startPlace(explorer: Explorer): void {
  const { points, data } = explorer;
  const find = (hash: string): Shown | undefined => {
    const position = /^#point-(\d+)$/.exec(hash)?.[1];
    return points.find((shown) => String(shown.position) === position);
  };
  const lead = (shown: Shown): void => {
    choosePoint(explorer, shown);
    const heading = byId('chosen');
    heading.tabIndex = -1;
    heading.focus();
    heading.scrollIntoView();
  };
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#point-"]') : null;
    const found = link === null ? undefined : find(link.getAttribute('href')!);
    if (found === undefined) return;
    event.preventDefault();
    lead(found);
  });
  addEventListener('hashchange', () => {
    const found = find(location.hash);
    if (found !== undefined) lead(found);
  });
  const asked = find(location.hash);
  const first = asked ?? points.find(({ position }) => position === data.knee) ?? points[0];
  if (first !== undefined) explorer.choose(first);
}
