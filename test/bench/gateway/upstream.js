// @ts-check
// An OpenRouter that answers at once, over bare sockets: what is measured is the gateway before it.
import { createServer } from 'node:net';

const ids = ['openai/gpt-4o-mini', 'openai/gpt-4o'];

const answer = packet({
  id: 'gen-1',
  provider: 'OpenAI',
  model: 'openai/gpt-4o-mini',
  object: 'chat.completion',
  created: 1,
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'Hello there, how can I help?' },
    },
  ],
  usage: { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20, cost: 0.0000066 },
});
const models = packet({
  data: ids.map((id) => ({
    id,
    name: id,
    context_length: 128_000,
    pricing: { prompt: '0.00000015', completion: '0.0000006' },
    top_provider: { max_completion_tokens: 16_384 },
  })),
});

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  let waiting = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
    for (let end = endOfRequest(waiting); end !== null; end = endOfRequest(waiting)) {
      const text = waiting.toString('latin1', 0, end);
      waiting = waiting.subarray(end);
      if (text.startsWith('GET')) socket.write(models);
      else if (text.includes('"stream":true')) streamTo(socket);
      else socket.write(answer);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});

/** Forty chunks, one every 10 ms, each with the time at which it was written. @param {import('node:net').Socket} socket */
function streamTo(socket) {
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  socket.write(head);
  let left = 40;
  const timer = setInterval(() => {
    const at = performance.timeOrigin + performance.now();
    const delta = { index: 0, delta: { content: `${at} hello` }, finish_reason: null };
    left -= 1;
    if (left > 0) {
      socket.write(chunk({ id: 'gen-1', choices: [delta] }));
      return;
    }
    clearInterval(timer);
    const end = { index: 0, delta: { content: '' }, finish_reason: 'stop' };
    const usage = { prompt_tokens: 12, completion_tokens: 40, cost: 0.0000066 };
    socket.write(
      `${chunk({ id: 'gen-1', choices: [end], usage })}e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n`,
    );
  }, 10);
}

/** @param {unknown} body */
function chunk(body) {
  const text = `data: ${JSON.stringify(body)}\n\n`;
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

/** @param {Buffer} bytes */
function endOfRequest(bytes) {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const text = bytes.toString('latin1', 0, head);
  if (/transfer-encoding: *chunked/i.test(text)) {
    const last = bytes.indexOf('0\r\n\r\n', head + 4);
    return last < 0 ? null : last + 5;
  }
  const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  return bytes.length < head + 4 + length ? null : head + 4 + length;
}

/** @param {unknown} body */
function packet(body) {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`,
  );
}
