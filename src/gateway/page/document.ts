/** The page without anything in it: it is given to whoever asks, and what fills it is not. */
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
