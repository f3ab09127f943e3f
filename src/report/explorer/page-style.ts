/** What the page of an exploration adds to the style sheet of the report. */
import { MOST_SERIES } from './explored.ts';
import { seriesStyle } from '../figures/theme.ts';

const SERIES = Array.from(
  { length: MOST_SERIES },
  (_, i) => `.s-${i} { --series: ${seriesStyle(i).colour}; }`,
);

export const EXPLORER_STYLE = `
:root { --series: #0072b2; }
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme='light']) .s-1, :root:not([data-theme='light']) .s-none { --series: #93a4ff; } :root:not([data-theme='light']) .s-6 { --series: #a8a8a8; } }
@media screen { :root[data-theme='dark'] .s-1, :root[data-theme='dark'] .s-none { --series: #93a4ff; } :root[data-theme='dark'] .s-6 { --series: #a8a8a8; } }
${SERIES.join('\n')}
h1 { text-wrap: balance; }
.facts { grid-template-columns: auto minmax(50%, 1fr); max-width: 46rem; }
#count { flex: 1 1 18rem; }
.legend, .chips { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin: 0.4rem 0; padding: 0; }
.legend li::before { content: ''; display: inline-block; width: 1.3rem; height: 0.28rem; margin-right: 0.4rem; vertical-align: middle; background: var(--series); }
.chips:empty, .legend:empty { display: none; }
.chips button { border: 1px solid var(--muted); border-radius: 1rem; padding: 0.05rem 0.7rem; background: var(--mark); color: var(--ink); text-decoration: none; }
#parallel svg { display: block; width: 100%; height: auto; font-size: 11.5px; user-select: none; touch-action: pan-x pan-y; }
#scatter svg { display: block; width: 100%; height: auto; min-width: 0; font-size: 12px; cursor: crosshair; }
.line, .dot { fill: none; stroke: var(--series); pointer-events: none; }
.line { stroke-linejoin: round; }
.dot { stroke-linecap: round; }
.line.out, .dot.out { stroke: var(--rule); stroke-width: 0.7; }
.line.in { stroke-width: 0.9; opacity: 0.45; }
.line.front { stroke-width: 2.4; }
.dot.out { stroke-width: 3; }
.dot.in { stroke-width: 5.5; opacity: 0.6; }
.dot.front { stroke-width: 9; }
.line.chosen, .line.pointed { stroke: var(--ink); stroke-width: 3; }
.line.chosen { stroke-dasharray: 7 4; }
circle.chosen, circle.pointed { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }
circle.chosen { stroke-dasharray: 4 3; }
.haloed { paint-order: stroke; stroke: var(--paper); stroke-width: 3.5px; stroke-linejoin: round; pointer-events: none; }
.title { font-weight: bold; fill: var(--ink); }
.brush { fill: var(--link); fill-opacity: 0.2; stroke: var(--link); pointer-events: none; }
.handle { fill: transparent; cursor: ns-resize; touch-action: none; }
.handle:hover { fill: var(--mark); fill-opacity: 0.35; }
.ranges { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.8rem 1.2rem; padding: 0.6rem 0.2rem 1rem; }
.ranges fieldset { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: 0.2rem 0.5rem; }
.ranges legend { float: none; font-weight: bold; overflow-wrap: anywhere; }
.ranges input { width: 100%; background: var(--tint); border: 1px solid var(--muted); border-radius: 3px; padding: 0.15rem 0.3rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem 1.5rem; align-items: start; margin-top: 1rem; }
.beside figure { margin: 0; }
.beside .card { min-height: 24rem; min-width: 0; }
.card h3 { margin: 0 0 0.4rem; }
.card table { font-size: 0.85rem; margin-top: 0.6rem; width: 100%; }
.card th, .card td { padding-inline: 0.3rem; }
.card dl { font-size: 0.9rem; grid-template-columns: auto minmax(40%, 1fr); }
.badge { border: 1px solid var(--muted); border-radius: 1rem; padding: 0 0.6rem; font-size: 0.8rem; font-weight: normal; margin-left: 0.5rem; }
pre { overflow: auto; max-height: 30rem; margin: 0.4rem 0; padding: 0.7rem 0.9rem; background: var(--tint); border: 1px solid var(--rule); border-radius: 4px; font: 0.85rem/1.45 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
.actions { display: flex; gap: 1.2rem; margin: 0.4rem 0; }
#machine-table, .best { font-size: 0.88rem; }
#machine-table th, #machine-table td, .best th, .best td { padding-inline: 0.5rem; white-space: nowrap; }
#machine-table thead th, .best thead th { white-space: normal; vertical-align: bottom; min-width: 3.2rem; max-width: 8.5rem; }
#machine-table tr.chosen > * { background: var(--mark); }
#machine-table .mark { font-weight: bold; }
@media print { .handle, #ranges, .actions, #more { display: none; } pre { max-height: none; white-space: pre-wrap; } }
`;
