/** The style sheet of the HTML report: light and dark by the reader's setting, light on paper, readable without it. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1a1a1a; --muted: #595959; --rule: #d4d4d4; --tint: #f4f4f2; --link: #005a9c;
}
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #16181b; --ink: #e6e6e3; --muted: #a8a8a4; --rule: #3d4147; --tint: #1f2226; --link: #7cc0f5; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem;
  background: var(--paper); color: var(--ink);
  font: 0.95rem/1.5 Helvetica, Arial, 'Liberation Sans', sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--rule); padding-bottom: 0.25rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.4rem; }
p { max-width: 46rem; }
a { color: var(--link); }
nav a { margin-right: 1rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.scroll { overflow-x: auto; margin: 0.5rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
th, td { padding: 0.2rem 0.7rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child, .text { text-align: left; }
thead th { white-space: nowrap; }
tbody th { font-weight: normal; white-space: nowrap; }
tr.part { color: var(--muted); }
tr.part th { padding-left: 2rem; }
.headline td, .account td { white-space: nowrap; }
.account { font-size: 0.82rem; }
.account th, .account td { padding-inline: 0.5rem; }
.account td.prose { white-space: normal; min-width: 7.5rem; max-width: 22rem; overflow-wrap: anywhere; }
.hash { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 0.8rem; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; }
figure svg { display: block; width: 100%; min-width: 38rem; height: auto; }
figcaption { color: var(--muted); max-width: 46rem; }
svg .paper { fill: var(--paper); }
svg .label { fill: var(--ink); }
svg .tick { fill: var(--muted); }
svg .axis { stroke: var(--ink); }
svg .grid { stroke: var(--rule); }
details { border-bottom: 1px solid var(--rule); }
summary { cursor: pointer; padding: 0.35rem 0.2rem; font-variant-numeric: tabular-nums; }
summary:hover { background: var(--tint); }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav { display: none; }
  figure, tr { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  .scroll { overflow: visible; }
  figure svg { min-width: 0; }
  .account td.prose { min-width: 0; }
  .account { font-size: 7pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
