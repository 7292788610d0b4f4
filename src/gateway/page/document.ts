/** The page without data. It is served to anyone; the data that fills it is not. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>OpenRouter gateway</title>
<link rel="icon" type="image/svg+xml" href="/page/icon.svg">
<link rel="stylesheet" href="/page/style.css">
<script type="module" src="/page/script.js"></script>
</head>
<body>
<header>
<h1>OpenRouter gateway</h1>
<p id="connection" role="status" class="connecting">Connecting…</p>
</header>
<noscript><p class="card">This page needs JavaScript, which the gateway itself serves.</p></noscript>
<form id="sign-in" class="card" hidden>
<h2>The gateway asks for its token</h2>
<p id="token-problem" role="alert"></p>
<p><label for="token">Token of the gateway</label></p>
<p class="field"><input id="token" type="password" autocomplete="off" spellcheck="false" required><button>Open</button></p>
<p class="dim">The value of the variable that <code>--token-env</code> names. It stays in this tab.</p>
</form>
<main id="content" hidden>
<div id="summary" class="card"></div>
<section aria-labelledby="chains-title"><h2 id="chains-title">Models</h2>
<ul id="chains" class="tiles chains"></ul></section>
<section aria-labelledby="budgets-title"><h2 id="budgets-title">Spend and budgets</h2>
<ul id="budgets" class="tiles"></ul></section>
<section aria-labelledby="days-title"><h2 id="days-title">Spend by day</h2>
<div id="days"></div>
<details><summary>Show as a table</summary>
<div class="scroll" role="region" aria-label="Spend by day" tabindex="0"><table><caption class="unseen">Spend by day</caption>
<thead><tr><th scope="col">Day (UTC)</th><th scope="col">USD</th><th scope="col">Requests</th><th scope="col">Source</th></tr></thead>
<tbody id="day-rows"></tbody></table></div></details></section>
<div class="beside">
<section aria-labelledby="channels-title"><h2 id="channels-title">By channel</h2>
<div class="card scroll" role="region" aria-label="By channel" tabindex="0"><table><caption>Since the gateway started</caption>
<thead><tr><th scope="col">Channel</th><th scope="col">USD</th><th scope="col">Requests</th><th scope="col">Failed</th></tr></thead>
<tbody id="channel-rows"></tbody></table></div></section>
<section aria-labelledby="caching-title"><h2 id="caching-title">Prompt caching</h2>
<div id="caching" class="card"></div></section>
<section aria-labelledby="outage-title"><h2 id="outage-title">Last outage</h2>
<div id="outage" class="card"></div></section>
</div>
<section aria-labelledby="requests-title"><h2 id="requests-title">Requests</h2>
<div class="card scroll" role="region" aria-label="Requests" tabindex="0"><table role="table" class="requests"><caption class="unseen">The last 100 requests, the newest first</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Time</th><th role="columnheader" scope="col">Outcome</th><th role="columnheader" scope="col">Model</th><th role="columnheader" scope="col">Channel → entry</th><th role="columnheader" scope="col">Took</th><th role="columnheader" scope="col">USD</th><th role="columnheader" scope="col">Cached</th></tr></thead>
<tbody role="rowgroup" id="requests"></tbody></table>
<p id="no-requests" class="dim">None yet. They appear here as they arrive; their content is never shown.</p></div></section>
<p id="news" class="unseen" role="status" aria-live="polite"></p>
</main>
</body>
</html>
`;

/** Styles that only the page of `serve` uses, in addition to the shared ones. */
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
