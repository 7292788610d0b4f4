// @ts-check
// Asks as fast as it is answered: load.js <port> <connections> <ms> <model> <path> [header…]; prints {rps, p50, failed}.
import { connect } from 'node:net';

const [port, connections, ms, model, path, ...headers] = process.argv.slice(2);
const warmMs = 500;
const body = JSON.stringify({
  model,
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Say hello to the world, please.' }],
});
const request = Buffer.from(
  [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n'),
);

/** @type {number[]} */
const times = [];
const counts = { failed: 0, measuring: false };

for (let i = 0; i < Number(connections); i += 1) ask();
setTimeout(() => {
  counts.measuring = true;
  const start = performance.now();
  setTimeout(() => {
    const seconds = (performance.now() - start) / 1000;
    times.sort((a, b) => a - b);
    const p50 = times[Math.floor(times.length / 2)] ?? null;
    console.log(JSON.stringify({ rps: times.length / seconds, p50, failed: counts.failed }));
    process.exit();
  }, Number(ms));
}, warmMs);

function ask() {
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  let start = 0;
  const send = () => {
    text = '';
    start = performance.now();
    socket.write(request);
  };
  socket.setNoDelay(true);
  socket.on('connect', send);
  socket.on('error', () => {
    counts.failed += 1;
  });
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    if (!isWhole(text)) return;
    if (!text.startsWith('HTTP/1.1 200')) counts.failed += 1;
    else if (counts.measuring) times.push(performance.now() - start);
    send();
  });
}

/** @param {string} text */
function isWhole(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /content-length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  return length === undefined
    ? text.endsWith('0\r\n\r\n')
    : text.length >= head + 4 + Number(length);
}
