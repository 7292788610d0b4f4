/** What only the page of `serve` has, besides the style of every page. */
export const pageStyle = `
body { max-width: 90rem; }
[hidden], main[hidden] { display: none; }
body > header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; margin-bottom: 1rem; }
#connection { margin: 0; color: var(--dim); font-size: .9rem; }
#connection::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; margin-right: .45rem; background: var(--dim); }
#connection.connected::before { background: var(--ok); } #connection.lost { color: var(--exceeded); } #connection.lost::before { background: var(--exceeded); }
.lost-content { opacity: .55; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
.headline { font-size: 1.35rem; margin: 0; }
#summary { display: flex; flex-direction: column; gap: .1rem; } #summary p { margin: 0; }
.tiles { margin-top: 0; }
.chains { grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
.links { margin: .6rem 0 0; padding: 0; list-style: none; }
.links li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .75rem; padding: .4rem 0; border-top: 1px solid var(--line); background: none; border-width: 1px 0 0; border-radius: 0; }
.tiles .links li { padding: .4rem 0; }
.model { overflow-wrap: anywhere; } .links .model { font-weight: 500; }
.link-state { grid-column: 1 / -1; font-size: .9rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 1rem; }
.beside section { display: flex; flex-direction: column; min-width: 0; } .beside .card { flex: 1; }
.card p:first-child { margin-top: 0; } .card p:last-child { margin-bottom: 0; }
.scroll tbody tr:last-child > * { border-bottom: 0; }
tbody th { min-width: 5.75rem; } .requests .state { font-weight: 500; }
.requests .time, .requests td.outcome, .requests td.latency, .requests td.cost, .requests td.cached { white-space: nowrap; }
.requests th:nth-child(-n+4), .requests td.outcome, .requests td.model, .requests td.from { text-align: left; }
.requests td.model, .requests td.from { overflow-wrap: anywhere; min-width: 9rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.field { display: flex; gap: .5rem; max-width: 32rem; } input { flex: 1; min-width: 0; }
input, button { font: inherit; color: inherit; padding: .4rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--ground); }
button { cursor: pointer; }
#sign-in { max-width: 40rem; margin: 2rem auto; } #sign-in h2 { margin-top: 0; } #token-problem { color: var(--exceeded); }
@media (prefers-reduced-motion: no-preference) {
  .fresh { animation: fresh 1.5s ease-out; } @keyframes fresh { from { background: var(--coming); } }
  #content { transition: opacity .3s; } }
@media (max-width: 56rem) {
  th, td { padding: .35rem .3rem; }
  .requests, .requests tbody { display: block; }
  .requests thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .requests tr { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0 .75rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .requests tr > * { border: 0; padding: 0; min-width: 0; }
  .requests td.cost { grid-area: 1 / 3; } .requests td.model { grid-area: 2 / 1 / 3 / 4; min-width: 0; font-weight: 500; }
  .requests td.from { grid-area: 3 / 1 / 4 / 3; min-width: 0; color: var(--dim); } .requests td.latency { grid-area: 3 / 3; color: var(--dim); }
  .requests td.cached { display: none; } }
@media (max-width: 26rem) { .beside table { font-size: .85rem; } }
`;

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0969da"/><path d="M3 11h2.5l2-6 2 4.5H13" fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
