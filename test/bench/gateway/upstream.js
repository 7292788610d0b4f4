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
      const isGet = waiting.toString('latin1', 0, 3) === 'GET';
      waiting = waiting.subarray(end);
      socket.write(isGet ? models : answer);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});

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
