/** Both color schemes meet WCAG AA contrast for text. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --dim: #57606a; --line: #d0d7de;
  --track: #eaeef2; --spent: #0969da; --coming: #a8cdf5; --limit: #1b1f24;
  --ok: #1a7f37; --alert: #9a6700; --exceeded: #c0202f; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --dim: #9198a1; --line: #30363d;
  --track: #21262d; --spent: #4493f8; --coming: #1f4a80; --limit: #e6edf3;
  --ok: #3fb950; --alert: #d29922; --exceeded: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p { margin: .35rem 0; }
.dim, caption, figcaption { color: var(--dim); }
.state { font-weight: 600; }
.ok .state { color: var(--ok); } .alert .state { color: var(--alert); } .exceeded .state { color: var(--exceeded); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: 1rem; padding: 0; margin: 1.5rem 0 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; }
.amount { font-size: 1.6rem; font-variant-numeric: tabular-nums; margin: 0; }
.amount small { font-size: 1rem; color: var(--dim); }
svg { display: block; width: 100%; }
.gauge { height: .75rem; margin: .5rem 0; } .bar { height: .6rem; min-width: 6rem; } .columns { height: 12rem; border-bottom: 1px solid var(--line); }
.track { fill: var(--track); } .spent { fill: var(--spent); } .coming { fill: var(--coming); }
.alert .spent { fill: var(--alert); } .exceeded .spent { fill: var(--exceeded); }
.limit { stroke: var(--limit); stroke-width: 2; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.gauge .limit { stroke-dasharray: none; }
figure { margin: 0; } figcaption, .axis { font-size: .875rem; } .axis { display: flex; justify-content: space-between; color: var(--dim); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--dim); } th:first-child { text-align: left; }
tbody th { overflow-wrap: anywhere; min-width: 9rem; }
dl { margin: .75rem 0 0; } dt { font-weight: 600; } dd { margin: 0 0 .75rem; }
details { margin-top: .75rem; } summary { cursor: pointer; padding: .35rem 0; }
:focus-visible { outline: 3px solid var(--spent); outline-offset: 2px; }
`;
