/** The style sheet of the HTML report: light and dark by the reader's setting or choice, light on paper, readable without it. */
import { COMPONENT_ORDER } from './components.ts';
import { COMPONENT_COLOURS, inkOn } from './figures/theme.ts';

const LIGHT =
  '--paper: #ffffff; --ink: #1a1a1a; --muted: #595959; --rule: #d4d4d4; --tint: #f4f4f2; --link: #005a9c; --mark: #d8e9f7; --block: #dcdcd8;';
const DARK =
  '--paper: #16181b; --ink: #e6e6e3; --muted: #a8a8a4; --rule: #3d4147; --tint: #1f2226; --link: #7cc0f5; --mark: #1d4566; --block: #3a3e45;';

/** Blocks of the drill-down: a colour a component, the figures' ones. */
const COMPONENTS = COMPONENT_ORDER.map((name) => {
  const colour = COMPONENT_COLOURS[name];
  return `.c-${name} { background: ${colour}; color: ${inkOn(colour)}; }`;
});

/** Tracks of the timeline: the colours of the components that they belong to. */
const TRACKS = (
  [
    ['dma-weights', COMPONENT_COLOURS.dram],
    ['dma-stream', COMPONENT_COLOURS.sram],
    ['dma-store', COMPONENT_COLOURS.dma],
    ['array', COMPONENT_COLOURS.array],
    ['vector', COMPONENT_COLOURS.vector],
    ['float', COMPONENT_COLOURS.float_unit],
    ['array-waits-for', '#b0b0b0'],
    ['refresh-channel-', COMPONENT_COLOURS.leakage],
  ] as const
).map(([track, colour]) => `.slice.t-${track} { fill: ${colour}; } .in-slice.t-${track} { fill: ${inkOn(colour)}; }`); // prettier-ignore

export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT} --row: 2.4rem; }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
@media screen {
  :root[data-theme='light'] { color-scheme: light; ${LIGHT} }
  :root[data-theme='dark'] { color-scheme: dark; ${DARK} }
  .scripted[data-phase='decode'] .of-phase[data-phase='prefill'],
  .scripted[data-phase='prefill'] .of-phase[data-phase='decode'] { display: none; }
}
* { box-sizing: border-box; }
[hidden], :root:not(.scripted) .scripted-only { display: none; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem;
  background: var(--paper); color: var(--ink);
  font: 0.95rem/1.5 Helvetica, Arial, 'Liberation Sans', sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--rule); padding-bottom: 0.25rem; scroll-margin-top: 4.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.4rem; }
h4 { font-size: 0.95rem; margin: 0; overflow-wrap: anywhere; }
p, #drill-help { max-width: 46rem; }
a { color: var(--link); }
nav ul, nav ol { list-style: none; margin: 0.5rem 0; padding: 0; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 1rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.controls {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 1.5rem;
  padding: 0.5rem 0; background: var(--paper); border-bottom: 1px solid var(--rule);
}
fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: 0.8rem; align-items: center; }
legend { float: left; padding: 0 0.3rem 0 0; }
label { white-space: nowrap; }
button, input, select { font: inherit; color: inherit; }
select, input[type='search'] { background: var(--tint); border: 1px solid var(--muted); border-radius: 3px; padding: 0.15rem 0.3rem; max-width: 100%; }
button { background: none; border: 0; padding: 0.1rem 0; color: var(--link); text-decoration: underline; cursor: pointer; text-align: inherit; }
.cards { display: flex; flex-wrap: wrap; gap: 0.8rem; margin: 0.5rem 0 1rem; }
.card { flex: 1 1 16rem; border: 1px solid var(--rule); border-radius: 4px; padding: 0.7rem 0.9rem; }
.card.ratio { background: var(--tint); }
.card p { margin: 0.2rem 0; }
.big { font-size: 1.7rem; line-height: 1.2; }
dl { margin: 0.3rem 0 0; display: grid; grid-template-columns: auto 1fr; gap: 0.1rem 0.8rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.card dl { font-size: 0.85rem; grid-template-columns: auto minmax(60%, 1fr); }
.scroll { overflow-x: auto; margin: 0.5rem 0; }
.scroll.tall { max-height: 34rem; overflow-y: auto; }
.tall thead th { position: sticky; top: 0; background: var(--paper); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
th, td { padding: 0.2rem 0.7rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child, .text { text-align: left; }
tbody th { font-weight: normal; }
tr.part { color: var(--muted); }
tr.part th { padding-left: 2rem; }
tr.sum > * { border-top: 1px solid var(--ink); font-weight: bold; }
td:not(.text), th { white-space: nowrap; }
#timeline-table td.text { min-width: 16rem; }
.account { font-size: 0.82rem; }
.account th, .account td { padding-inline: 0.5rem; }
.account td.prose { white-space: normal; min-width: 7.5rem; max-width: 22rem; overflow-wrap: anywhere; }
.machines { font-size: 0.85rem; }
.differs > * { background: var(--mark); }
.zeros td { background: color-mix(in srgb, var(--mark) var(--tint, 0%), var(--paper)); }
.pair { display: flex; flex-wrap: wrap; gap: 0 2rem; }
.pair caption { max-width: 26rem; }
.bar-cell { min-width: 6rem; }
.bar-cell .bar { display: block; height: 0.9rem; margin-top: 0.25rem; }
.bar-cell .bar span { display: block; height: 100%; background: ${COMPONENT_COLOURS.dram}; }
.hash { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 0.8rem; overflow-wrap: anywhere; }
#trail li + li::before { content: '› '; color: var(--muted); }
#icicle { position: relative; height: calc(var(--rows, 4) * var(--row)); margin: 0.5rem 0; }
.block {
  position: absolute; height: calc(var(--row) - 2px); overflow: hidden; container-type: inline-size; box-shadow: inset 1px 0 var(--paper);
  font-size: 0.85rem; line-height: calc(var(--row) - 2px); cursor: pointer;
}
.block span { display: block; padding: 0 0.3rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
@container (max-width: 2rem) { .block span { visibility: hidden; } }
.block.token, .block.part { background: var(--block); color: var(--ink); }
.block:focus-visible { outline-offset: -3px; outline-color: currentcolor; z-index: 1; }
.leaf { border: 1px solid var(--rule); border-radius: 4px; padding: 0.3rem 0.9rem 0.8rem; }
.leaf h3 { margin: 0.4rem 0; }
.filters { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; align-items: center; }
.sort { color: inherit; font-weight: bold; }
[aria-sort='ascending'] .sort::after { content: ' ▲'; }
[aria-sort='descending'] .sort::after { content: ' ▼'; }
figure { margin: 1.5rem 0; }
figure svg { display: block; width: 100%; min-width: 38rem; height: auto; }
figcaption { color: var(--muted); max-width: 46rem; }
svg .paper { fill: var(--paper); }
svg .label { fill: var(--ink); }
svg .tick { fill: var(--muted); }
svg .axis { stroke: var(--ink); }
svg .grid { stroke: var(--rule); }
#timeline-picture svg { min-width: 50rem; font-size: 12px; }
.slice { stroke: var(--paper); stroke-width: 0.5; }
.in-slice { pointer-events: none; }
${[...COMPONENTS, ...TRACKS].join('\n')}
details { border-bottom: 1px solid var(--rule); }
summary { cursor: pointer; padding: 0.35rem 0.2rem; font-variant-numeric: tabular-nums; }
summary:hover { background: var(--tint); }
@media (max-width: 40rem) { th, td { padding-inline: 0.4rem; } .controls { position: static; } h2 { scroll-margin-top: 0; } }
@page { margin: 15mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav, .controls, .filters, .skip, #drill-help { display: none; }
  figure, tr, .card { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; }
  .tall thead th { position: static; }
  figure svg, #timeline-picture svg { min-width: 0; }
  .block, .bar-cell .bar span, .zeros td, .slice { print-color-adjust: exact; }
  .account td.prose, #timeline-table td.text { min-width: 0; }
  #layer-table, .machines { font-size: 7pt; }
  #layer-table th, #layer-table td, .machines th, .machines td { padding-block: 0; }
  .account { font-size: 7pt; }
  button { color: inherit; text-decoration: none; }
}
`;
