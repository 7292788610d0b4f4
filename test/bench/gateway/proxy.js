// @ts-check
// The bare reverse proxy that the gateway is measured against: proxy.js <upstream port>; prints its own port.
import { Agent, createServer, request } from 'node:http';

const upstream = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, scheduling: 'lifo', maxFreeSockets: 256 });

const server = createServer((incoming, response) => {
  /** @type {Buffer[]} */
  const parts = [];
  incoming.on('data', (part) => parts.push(part));
  incoming.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const sent = JSON.stringify({ ...body, model: 'openai/gpt-4o-mini' });
    const outgoing = request({
      agent,
      host: '127.0.0.1',
      port: upstream,
      method: 'POST',
      path: '/api/v1/chat/completions',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) },
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(sent);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
