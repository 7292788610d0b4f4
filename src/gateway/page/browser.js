// @ts-nocheck: the project does not include browser types.
// Shows what `GET /events` sends. The gateway has already escaped all text in it.

const maxRows = 100;
const announceEveryMs = 20_000;
/** The gateway sends something at least every 15 s. */
const silentMs = 40_000;
const maxWaitMs = 10_000;
const tokenName = 'gateway-token';

const element = (id) => document.getElementById(id);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let token = sessionStorage.getItem(tokenName);
let waitMs = 500;
const unannounced = { requests: 0, failed: 0 };

void listen();
setInterval(announce, announceEveryMs);

async function listen() {
  for (;;) {
    try {
      await readEvents();
    } catch {
      // The gateway is not running or has gone away.
    }
    show('lost', 'Not connected. Trying again…');
    await sleep(waitMs * (0.75 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, maxWaitMs);
  }
}

/** Resolves or throws when the connection ends. Not an EventSource, because that cannot send a token. */
async function readEvents() {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silentMs);
  try {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch('/events', { headers, cache: 'no-store', signal: silence.signal });
    if (response.status === 401) return await askForToken();
    if (!response.ok) return;
    if (token !== null) sessionStorage.setItem(tokenName, token);
    let isFirst = true;
    for await (const { event, data } of messagesOf(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silentMs);
      if (isFirst) begin();
      isFirst = false;
      if (event === 'slots') fill(data);
      if (event === 'requests') addRows(data, event);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function* messagesOf(body) {
  let text = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const [, event = '', data = 'null'] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      yield { event, data: JSON.parse(data) };
    }
  }
}

function begin() {
  waitMs = 500;
  show('connected', 'Connected');
  element('requests').replaceChildren();
  element('sign-in').hidden = true;
  element('content').hidden = false;
}

function show(state, words) {
  const connection = element('connection');
  connection.className = state;
  if (connection.textContent !== words) connection.textContent = words;
  element('content').classList.toggle('lost-content', state === 'lost');
}

function fill(slots) {
  for (const [id, html] of Object.entries(slots)) {
    const place = element(id);
    if (place === null) continue;
    place.innerHTML = html;
    localize(place);
  }
}

function addRows({ rows, failed }) {
  const body = element('requests');
  const isStart = body.childElementCount === 0;
  const template = document.createElement('template');
  template.innerHTML = rows.toReversed().join('');
  localize(template.content);
  if (!isStart) for (const row of template.content.children) row.classList.add('fresh');
  body.prepend(template.content);
  while (body.childElementCount > maxRows) body.lastElementChild.remove();
  element('no-requests').hidden = body.childElementCount > 0;
  if (isStart) return;
  unannounced.requests += rows.length;
  unannounced.failed += failed;
}

/** Announces several requests at once to screen readers. */
function announce() {
  const { requests, failed } = unannounced;
  if (requests === 0) return;
  const count = requests === 1 ? '1 new request' : `${requests} new requests`;
  element('news').textContent = failed === 0 ? count : `${count}, ${failed} failed`;
  Object.assign(unannounced, { requests: 0, failed: 0 });
}

function localize(root) {
  for (const time of root.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.textContent = at.toLocaleTimeString([], { hour12: false });
    time.title = at.toLocaleString();
  }
}

async function askForToken() {
  const [form, input] = [element('sign-in'), element('token')];
  element('token-problem').textContent = token === null ? '' : 'The gateway refuses this token.';
  sessionStorage.removeItem(tokenName);
  element('content').hidden = true;
  form.hidden = false;
  show('connecting', 'Waiting for the token');
  input.value = '';
  input.focus();
  await new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      token = input.value.trim();
      resolve();
    };
  });
  waitMs = 0;
}
