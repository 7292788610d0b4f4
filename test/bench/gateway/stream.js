// @ts-check
// Reads streams side by side: stream.js <port> <streams> <model>; prints {p99}, in milliseconds: by how much longer
// than at the upstream, which writes the time into each chunk, it took from one chunk to the next.
import { request } from 'node:http';

const [port, streams, model] = process.argv.slice(2);
const body = JSON.stringify({
  model,
  stream: true,
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Say hello to the world, please.' }],
});

/** @type {number[]} */
const delays = [];
await Promise.all(Array.from({ length: Number(streams) }, read));
delays.sort((a, b) => a - b);
console.log(JSON.stringify({ p99: delays[Math.floor(delays.length * 0.99)] }));

/** @returns {Promise<void>} */
function read() {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: Number(port),
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    sent.on('error', reject);
    sent.on('response', (message) => {
      /** @type {number | null} */
      let before = null;
      message.setEncoding('latin1').on('data', (text) => {
        const now = performance.timeOrigin + performance.now();
        for (const [, at] of String(text).matchAll(/"content":"([\d.]+) /g)) {
          const late = now - Number(at);
          if (before !== null) delays.push(Math.max(0, late - before));
          before = late;
        }
      });
      message.on('end', resolve);
    });
    sent.end(body);
  });
}
