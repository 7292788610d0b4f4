/** Shared by all pages. Both color schemes meet WCAG AA contrast for text. */
export const style = `
:root { color-scheme: light dark; --ground: #f6f8fa; --card: #fff; --text: #1b1f24; --dim: #57606a; --line: #d8dee4;
  --track: #eaeef2; --spent: #0969da; --coming: #cfe0f5; --limit: #1b1f24;
  --ok: #1a7f37; --alert: #9a6700; --exceeded: #c0202f;
  --part0: #0b5cad; --part1: #e08a1e; --part2: #1f8a70; --part3: #b05cc7; --part4: #6cb2eb; --part5: #9aa4af; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --card: #151b23; --text: #e6edf3; --dim: #9198a1;
  --line: #2a313b; --track: #262d36; --spent: #4493f8; --coming: #24405f; --limit: #e6edf3;
  --ok: #3fb950; --alert: #d29922; --exceeded: #ff7b72;
  --part0: #4493f8; --part1: #f0a94a; --part2: #3fbf9b; --part3: #cf8be3; --part4: #a5d6ff; --part5: #6e7781; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 64rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
p { margin: .35rem 0; }
.dim, caption, figcaption { color: var(--dim); }
.state { font-weight: 600; }
.ok .state { color: var(--ok); } .alert .state { color: var(--alert); } .exceeded .state { color: var(--exceeded); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem; padding: 0; margin: 1.5rem 0 0; list-style: none; }
.tiles li, figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; min-width: 0; }
.amount { font-size: 1.6rem; line-height: 1.3; font-variant-numeric: tabular-nums; margin: 0; }
.amount small { font-size: 1rem; color: var(--dim); }
svg { display: block; width: 100%; }
.gauge { height: .6rem; margin: .5rem 0; border-radius: .3rem; overflow: hidden; } .gauge svg { height: 100%; }
.bar { height: .6rem; min-width: 6rem; }
.track { fill: var(--track); } .spent { fill: var(--spent); } .coming { fill: var(--coming); background: var(--coming); }
.alert .spent { fill: var(--alert); } .exceeded .spent { fill: var(--exceeded); }
.limit { stroke: var(--limit); stroke-width: 2; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.gauge .limit { stroke-dasharray: none; } .grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
${[0, 1, 2, 3, 4, 5].map((part) => `.part${part} { fill: var(--part${part}); background: var(--part${part}); }`).join(' ')}
figure { margin: 0; } figcaption { font-size: .875rem; margin-top: .5rem; }
.plot { display: grid; grid-template-columns: auto 1fr; gap: .25rem .5rem; margin-top: 1rem; }
.columns { height: 12rem; overflow: visible; }
.amounts { display: flex; flex-direction: column; justify-content: space-between; margin: -.6rem 0; text-align: right; line-height: 1.2rem; }
.amounts, .dates { font-size: .8rem; color: var(--dim); font-variant-numeric: tabular-nums; }
.dates { grid-column: 2; display: flex; justify-content: space-between; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: 0; padding: 0; list-style: none; font-size: .875rem; overflow-wrap: anywhere; }
.key { display: inline-block; width: .7rem; height: .7rem; border-radius: .15rem; margin-right: .4rem; }
.key.line { height: 0; width: 1rem; border-top: 2px dashed var(--limit); border-radius: 0; vertical-align: .3rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--dim); } th:first-child { text-align: left; }
tbody th { overflow-wrap: anywhere; min-width: 9rem; }
dl { margin: .75rem 0 0; } dt { font-weight: 600; } dd { margin: 0 0 .75rem; }
details { margin-top: .75rem; } summary { cursor: pointer; padding: .35rem 0; }
:focus-visible { outline: 3px solid var(--spent); outline-offset: 2px; }
`;
