import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../src/sandbox/server.ts';
import { bin, furnish, wallMs } from './command.ts';
import { type Bench, median } from './figure.ts';

const rounds = 9;
const entry = {
  defaultModel: 'anthropic/claude-sonnet-4',
  fallbackModels: ['openai/gpt-4o', 'google/gemini-2.5-pro'],
  providerPreferences: { exclude: ['azure'] },
  budget: { dailyLimit: 2, monthlyLimit: 30 },
};
const eachWayMs = 200;
const roundTripMs = 2 * eachWayMs;

/** The whole command, beside what it takes offline, against an OpenRouter that is far away. */
export const bench: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  const sandbox = await startSandbox({ clock: realClock });
  const link = await farAway(Number(new URL(sandbox.url).port));
  try {
    const env = furnish(home, `http://127.0.0.1:${portOf(link)}/api/v1`, sandbox.key, entry);
    const roundTrips: number[] = [];
    let asked: string[] = [];
    for (let round = 0; round < rounds + 2; round += 1) {
      const before = sandbox.requests.length;
      const online = await wallMs([bin, 'doctor'], env);
      asked = sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
      const offline = await wallMs([bin, 'doctor', '--offline'], env);
      roundTrips.push((online - offline) / roundTripMs);
    }
    const most = Math.max(...asked.map((one) => asked.filter((other) => other === one).length));
    const unit = `round trips of ${roundTripMs} ms above --offline`;
    return [
      // Loading the code for connections is part of it.
      { what: 'doctor online', measured: median(roundTrips.slice(2)), atMost: 2.3, unit },
      { what: 'doctor online, one endpoint', measured: most, atMost: 1, unit: 'requests' },
    ];
  } finally {
    link.close();
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  }
};

const realClock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
};

/** A link to that port: opening a connection takes a round trip, and every byte takes its time. */
async function farAway(port: number): Promise<Server> {
  const server = createServer((near) => {
    const opened = performance.now() + roundTripMs;
    const far = connect(port, '127.0.0.1');
    forward(near, far, opened);
    forward(far, near, opened);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

function forward(from: Socket, to: Socket, opened: number): void {
  const later = (act: () => void) => {
    setTimeout(act, Math.max(0, opened - performance.now()) + eachWayMs);
  };
  from.on('data', (bytes) => later(() => to.write(bytes)));
  from.on('close', () => later(() => to.destroy()));
  from.on('error', () => {});
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
